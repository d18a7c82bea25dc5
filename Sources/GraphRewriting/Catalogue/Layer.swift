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
