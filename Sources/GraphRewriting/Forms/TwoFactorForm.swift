internal import LinearAlgebra
internal import LowRank
internal import ONNXModel

/// A layer as two nodes with a hidden value of `rank` components per group between them: y = second (first x).
///
/// The first node carries what belongs to the input side (kernel, strides, dilations, pads, a transposed input), the second what belongs
/// to the output side (bias, alpha, beta) and the original node's name and output name. All operators are those of operator set 7.
///
/// A use that applies Wᵀ = firstᵀ secondᵀ takes the same factors in the other order, each from the other side.
struct TwoFactorForm {
    let layer: Layer
    /// Per group; all groups share it.
    let rank: Int

    /// How the first factors (r x K per group) are stored; where they see combinations of input channels alone, their kernels.
    var firstLayout: WeightLayout {
        switch layer.kind {
        case .convolution where layer.scheme == .spatial:
            .spatial(groups: layer.groups, outputs: rank, channels: layer.weightShape[1], kernel: (layer.weightShape[2], 1))
        case .convolution:
            .convolution(
                groups: layer.groups, rows: rank, channels: layer.shape.narrowedChannels(rank: rank) ?? layer.weightShape[1],
                kernel: Array(layer.weightShape[2...]))
        case .gemm, .matMulLeft:
            .operand(rows: rank, columns: layer.columns, isTransposed: false)
        case .matMulRight, .embedding:
            .operand(rows: rank, columns: layer.columns, isTransposed: true)
        }
    }

    /// How the second factors (M x r per group) are stored.
    var secondLayout: WeightLayout {
        switch layer.kind {
        case .convolution where layer.scheme == .spatial:
            .spatial(
                groups: layer.groups, outputs: layer.weightShape[0] / layer.groups, channels: rank, kernel: (1, layer.weightShape[3]))
        case .convolution:
            .convolution(
                groups: layer.groups, rows: layer.rows, channels: rank, kernel: layer.weightShape[2...].map { _ in 1 })
        case .gemm, .matMulLeft:
            .operand(rows: layer.rows, columns: rank, isTransposed: false)
        case .matMulRight, .embedding:
            .operand(rows: layer.rows, columns: rank, isTransposed: true)
        }
    }

    /// Whether a use takes the factors transposed to how they are stored.
    func isTurned(_ use: LayerUse) -> Bool { (use.kind.takesTransposed != layer.kind.takesTransposed) != use.isTransposed }

    /// The names that the two nodes in place of one use.
    struct Names {
        /// The operands of the two nodes; nil for one that changes nothing (see ``TwoFactorForm/isRedundant(first:)``).
        let first: String?
        let second: String?
        let hidden: String
        let firstNode: String
        /// A constant that a Gemm adds zero times, where the operator set asks for a third input; nil from operator set 11 on.
        let unusedAddend: String?
    }

    /// Whether the product with a first factor leaves its input as it is: factors of layers that were not decomposed have such ones.
    func isRedundant(first: Matrix) -> Bool {
        layer.uses.allSatisfy { $0.isTransposed ? $0.kind.takesTransposed : $0.kind == .matMulRight } && first.isIdentity
    }

    /// The same of a second factor.
    func isRedundant(second: Matrix) -> Bool {
        layer.uses.allSatisfy { $0.isTransposed ? $0.kind == .matMulRight : $0.kind.takesTransposed } && second.isIdentity
    }

    /// The two nodes that take the place of `node`, which is that of a use of the layer.
    func nodes(replacing node: NodeProto, of use: LayerUse, _ names: Names) -> [NodeProto] {
        var first =
            names.first.map { firstNode(replacing: node, of: use, factor: $0, unusedAddend: names.unusedAddend) }
            ?? .identity(of: use.input)
        first.name = names.firstNode
        first.output = [names.hidden]
        var second = node
        guard let factor = names.second else {
            second = .identity(of: names.hidden)
            (second.name, second.output) = (node.name, node.output)
            return [first, second]
        }
        switch use.kind {
        case .convolution:
            second.input[0] = names.hidden
            second.input[1] = factor
            let kernel = Array(layer.weightShape[2...])
            if layer.scheme == .spatial, let window = use.window {
                second.attribute = window.attributes(along: 1, kernel: kernel, groups: layer.groups)
            } else {
                second.attribute = [.ints("kernel_shape", kernel.map { _ in 1 }), .int("group", layer.groups)]
            }
        case .gemm:
            second.input[0] = names.hidden
            second.input[1] = factor
            second.attribute = node.attribute.filter { $0.name != "transA" && $0.name != "transB" } + [.int("transB", 1)]
        case .matMulRight:
            second.input = [names.hidden, factor]
        case .matMulLeft:
            second.input = [factor, names.hidden]
        case .embedding:
            second.opType = "MatMul"
            second.attribute = []
            second.input = [names.hidden, factor]
        }
        return [first, second]
    }

    /// The node from the input to the components; its names are those of `node` still.
    ///
    /// - Parameter factor: the name of the stored factor.
    func firstNode(replacing node: NodeProto, of use: LayerUse, factor: String, unusedAddend: String?) -> NodeProto {
        var first = node
        switch use.kind {
        case .convolution:
            first.input = [node.input[0], factor]
            if layer.scheme == .spatial, let window = use.window {
                first.attribute = window.attributes(along: 0, kernel: Array(layer.weightShape[2...]), groups: layer.groups)
            }
        case .gemm:
            first.input = [node.input[0], factor] + (unusedAddend.map { [$0] } ?? [])
            first.attribute = node.attribute.filter { $0.name == "transA" } + [.int("transB", 1)]
            if unusedAddend != nil { first.attribute.append(.float("beta", 0)) }
        case .matMulRight:
            first.input = [node.input[0], factor]
        case .matMulLeft, .embedding:
            first.input = [factor, node.input[1]]
        }
        return first
    }

    /// The axis of the hidden value along which components lie, group after group; counted from the back for MatMul, whose operands may
    /// have any number of axes.
    ///
    /// - Parameter inputRank: the number of axes of the node's input, where known.
    static func componentAxis(of use: LayerUse, inputRank: Int?) -> Int {
        switch use.kind {
        case .convolution, .gemm: 1
        case .matMulRight, .embedding: -1
        case .matMulLeft: inputRank == 1 ? -1 : -2
        }
    }
}

extension Matrix {
    fileprivate var isIdentity: Bool {
        rows == columns && (0..<rows).allSatisfy { row in (0..<columns).allSatisfy { self[row, $0] == (row == $0 ? 1 : 0) } }
    }
}

extension NodeProto {
    /// Without names and outputs.
    fileprivate static func identity(of value: String) -> NodeProto {
        var node = NodeProto()
        node.opType = "Identity"
        node.input = [value]
        return node
    }
}
