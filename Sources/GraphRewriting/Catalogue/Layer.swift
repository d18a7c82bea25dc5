package import LowRank
package import Tensors

/// A linear map with constant weights in the top-level graph: y = W x, with one M x K matrix W per group.
///
/// An embedding, whose table is Wᵀ, is the same map on unit vectors, each of which picks a row of the table.
/// A convolution is the same map on patches: x is a patch of one group's input channels, y the group's output channels at one position.
/// Nodes that use the same weight tensor are one layer, so that it is factored once: convolutions that use it in the same way, or products and
/// embeddings, of which some may apply Wᵀ. A token table that is the output layer too is such a layer.
package struct Layer: Sendable, Hashable {
    /// The name of the first node that uses the weight, or of that node's output where the node's name is empty or not unique.
    package let name: String
    /// That of the first use, which decides how factors are stored.
    package let kind: LayerKind
    /// The initializer, or the output of the Constant node, that holds the weight.
    package let weightName: String
    package let weightShape: [Int]
    /// A floating-point one.
    package let elementType: ElementType
    /// How the weight becomes matrices.
    package let scheme: FactorizationScheme
    package let layout: WeightLayout
    /// Every node that uses the weight, in graph order; never empty.
    package let uses: [LayerUse]

    /// The operators of its nodes, each once.
    package var operatorName: String {
        uses.map(\.kind.operatorName).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }.joined(separator: "+")
    }
    package var groups: Int { layout.groups }
    /// M, the outputs of one group: by ``FactorizationScheme/spatial``, times kw.
    package var rows: Int { layout.rows }
    /// K, the inputs of one group: `C_in / groups * kh * kw` for a convolution; by ``FactorizationScheme/spatial``, without kw.
    package var columns: Int { layout.columns }
    package var fullRank: Int { min(rows, columns) }

    /// The elements of the weight.
    package var weightParameters: Int { groups * rows * columns }

    /// The layer as the method sees it.
    package var shape: LayerShape {
        LayerShape(
            name: name, groups: groups, rows: rows, columns: columns, scheme: scheme,
            channels: kind == .convolution ? weightShape[1] : nil)
    }
}

/// A node that applies a layer's weight.
package struct LayerUse: Sendable, Hashable {
    /// May be empty: ONNX asks for no name.
    package let nodeName: String
    package let kind: LayerKind
    /// The value that the map is applied to.
    package let input: String
    /// The value that the node computes; no other node bears it.
    package let output: String
    /// nil where the node is no convolution, or its pads depend on the input's size.
    package let window: ConvolutionWindow?
    /// Whether the node applies Wᵀ in place of W.
    package let isTransposed: Bool
    /// Whether the node's operand is a Transpose node's result in place of the weight as it is stored.
    let readsTranspose: Bool
}

/// What kind of node applies a weight.
package enum LayerKind: Sendable, Hashable, CaseIterable {
    /// Conv with one to three spatial axes.
    case convolution
    /// Gemm with the weight as its second operand.
    case gemm
    /// MatMul(x, weight).
    case matMulRight
    /// MatMul(weight, x).
    case matMulLeft
    /// Gather(weight, indices) along the first axis: a table of vectors.
    case embedding

    package var operatorName: String {
        switch self {
        case .convolution: "Conv"
        case .gemm: "Gemm"
        case .matMulRight, .matMulLeft: "MatMul"
        case .embedding: "Gather"
        }
    }

    /// Whether the operand is the transposed matrix of the map that the node applies; factors are operands of products that store them so too.
    var takesTransposed: Bool { self == .matMulRight || self == .embedding }

    /// The node inputs that hold the weight and the value it is applied to.
    var operands: (weight: Int, input: Int) {
        self == .matMulLeft || self == .embedding ? (weight: 0, input: 1) : (weight: 1, input: 0)
    }
}
