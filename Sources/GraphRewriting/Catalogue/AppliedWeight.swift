package import ONNXModel
package import Tensors

/// The weight of one node, as the node applies it.
package struct AppliedWeight: Sendable {
    /// The initializer, or the output of the Constant node.
    package let name: String
    /// [out, in] of a product, [entries, width] of an embedding, [out, in / groups, k...] of a convolution.
    package let tensor: Tensor

    /// - Returns: nil where the node has no constant weight of two axes, or of more for a convolution.
    /// - Throws: ``ModelError`` where the tensor cannot be read.
    package init?(of node: NodeProto, _ kind: LayerKind, in index: GraphIndex) throws {
        guard node.opType == kind.operatorName, let operand = node.optionalInput(kind.operands.weight) else { return nil }
        let constant = TransposedConstant(operand, in: index)
        guard let tensor = try index.constant(constant.name), (tensor.shape.count == 2) != (kind == .convolution) else { return nil }
        let isTurned =
            switch kind {
            case .convolution, .embedding, .matMulLeft: constant.isTransposed
            case .matMulRight: !constant.isTransposed
            case .gemm: constant.isTransposed == ((node.int("transB") ?? 0) != 0)
            }
        guard let applied = isTurned ? try tensor.matrixTransposed : tensor else { return nil }
        (name, self.tensor) = (constant.name, applied)
    }
}
