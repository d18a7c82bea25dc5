internal import LowRank
internal import ONNXModel

/// How a node uses a weight; nodes whose roles are those of one matrix form one layer.
struct WeightRole: Hashable {
    let kind: LayerKind
    let layout: WeightLayout

    /// - Parameters:
    ///   - weightShape: as it is stored.
    ///   - isTransposed: whether the node's operand is the transposed weight.
    /// - Throws: why the weight has no two-factor form in this node.
    init(node: NodeProto, kind: LayerKind, weightShape: [Int], isTransposed: Bool) throws(UntreatedReason) {
        self.kind = kind
        guard !weightShape.contains(0) else { throw .emptyWeight }
        guard WeightRole.isCountable(weightShape) else { throw .malformed("\(weightShape) is not a possible weight shape") }
        switch kind {
        case .convolution:
            layout = try WeightRole.convolutionLayout(node, weightShape: weightShape)
        case .gemm:
            guard weightShape.count == 2 else { throw .malformed("the weight of Gemm has \(weightShape.count) axes, not 2") }
            layout = .operand(shape: (weightShape[0], weightShape[1]), isTransposed: ((node.int("transB") ?? 0) == 0) != isTransposed)
        case .embedding:
            let axis = node.int("axis") ?? 0
            guard weightShape.count == 2, axis == 0 || axis == -2 else { throw .noTwoFactorForm }
            layout = .operand(shape: (weightShape[0], weightShape[1]), isTransposed: !isTransposed)
        case .matMulRight, .matMulLeft:
            guard weightShape.count > 1 else { throw .rankOne }
            guard weightShape.count == 2 else { throw .batchedWeight }
            layout = .operand(shape: (weightShape[0], weightShape[1]), isTransposed: (kind == .matMulRight) != isTransposed)
        }
        guard min(layout.rows, layout.columns) > 1 else { throw .rankOne }
        guard StorageForm.factors.largestSavingRank(rows: layout.rows, columns: layout.columns) > 0 else { throw .noSavingRank }
    }

    /// Whether another role of the same weight applies the transposed matrix of this one; nil where it applies neither that nor this one.
    func isTransposed(in other: WeightRole) -> Bool? {
        if kind == .convolution || other.kind == .convolution { return self == other ? false : nil }
        // What is stored being one matrix, products by it differ in the side from which they take it alone.
        return layout != other.layout
    }

    private static func convolutionLayout(_ node: NodeProto, weightShape: [Int]) throws(UntreatedReason) -> WeightLayout {
        guard (3...5).contains(weightShape.count) else { throw .noTwoFactorForm }
        let kernel = Array(weightShape[2...])
        let groups = node.int("group") ?? 1
        guard groups >= 1, weightShape[0] % groups == 0 else {
            throw .malformed("\(weightShape[0]) output channels do not divide into \(groups) groups")
        }
        if let declared = node.ints("kernel_shape"), declared != kernel {
            throw .malformed("kernel_shape \(declared) is not that of the weight \(weightShape)")
        }
        return .convolution(groups: groups, rows: weightShape[0] / groups, channels: weightShape[1], kernel: kernel)
    }

    /// Whether all lengths are positive and the element count, and sums of lengths with it, stay far from overflow.
    private static func isCountable(_ shape: [Int]) -> Bool {
        var count = 1
        for length in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: length)
            guard length > 0, !overflow, product < 1 << 48 else { return false }
            count = product
        }
        return true
    }
}
