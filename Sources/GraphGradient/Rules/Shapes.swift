internal import ONNXModel

extension GradientRules {
    /// Operators that keep or repeat all elements and only change the shape around them.
    static let shapes: [String: GradientRule] = [
        "Flatten": reshaping,
        "Reshape": reshaping,
        "Squeeze": reshaping,
        "Unsqueeze": reshaping,
        "Transpose": elementwise { context, v throws(GradientError) in try transpose(&context, v.g) },
        "Expand": elementwise { context, v throws(GradientError) in try context.unbroadcast(v.g, from: v.y, to: v.x) },
        "Tile": elementwise { context, v throws(GradientError) in try untile(&context, v) },
        "DepthToSpace": elementwise { context, v throws(GradientError) in try spaceToDepth(&context, v) },
        "SpaceToDepth": elementwise { context, v throws(GradientError) in
            // Since operator set 26 it has the orders of DepthToSpace.
            let order = AttributeProto.string("mode", context.node.string("mode") ?? "DCR")
            return context.emit("DepthToSpace", [v.g], [.int("blocksize", try context.blockSize()), order])
        },
        "Trilu": elementwise { context, v throws(GradientError) in
            context.emit("Trilu", [v.g] + context.node.input.dropFirst(), context.node.attribute)
        },
    ]

    private static let reshaping = elementwise { context, v throws(GradientError) in context.reshape(v.g, like: v.x) }

    private static func transpose(_ context: inout RuleContext, _ gradient: String) throws(GradientError) -> String {
        // Without `perm` the axes are reversed, which undoes itself.
        guard let permutation = context.node.ints("perm") else { return context.emit("Transpose", [gradient]) }
        guard permutation.sorted() == Array(permutation.indices) else { throw context.unsupported("perm \(permutation) is no permutation") }
        var inverse = permutation
        for (to, from) in permutation.enumerated() { inverse[from] = to }
        return context.emit("Transpose", [gradient], [.ints("perm", inverse)])
    }

    /// Splits every axis into (repeats, length) and sums over the repeats.
    private static func untile(_ context: inout RuleContext, _ v: Elementwise) throws(GradientError) -> String {
        let rank = try context.type(of: v.x).rank
        let asColumn = context.builder.integers([-1, 1])
        let repeats = context.emit("Reshape", [try context.input(1), asColumn])
        let lengths = context.emit("Reshape", [context.emit("Shape", [v.x]), asColumn])
        let pairs = context.emit("Concat", [repeats, lengths], [.int("axis", 1)])
        let shape = context.emit("Reshape", [pairs, context.builder.integers([-1])])
        let split = context.emit("Reshape", [v.g, shape], [.int("allowzero", 1)])
        return context.reduceSum(split, axes: (0..<rank).map { $0 * 2 }, keepDimensions: false)
    }

    private static func spaceToDepth(_ context: inout RuleContext, _ v: Elementwise) throws(GradientError) -> String {
        let block = try context.blockSize()
        guard context.node.string("mode") == "CRD" else {
            return context.emit("SpaceToDepth", [v.g], [.int("blocksize", block)])
        }
        // [N, C, H·b, W·b] -> [N, C, H, b, W, b] -> [N, C, b, b, H, W] -> [N, C·b·b, H, W]
        let height = context.emit("Shape", [v.x], [.int("start", 2), .int("end", 3)])
        let width = context.emit("Shape", [v.x], [.int("start", 3), .int("end", 4)])
        let leading = context.emit("Shape", [v.g], [.int("start", 0), .int("end", 2)])
        let side = context.builder.integers([block])
        let shape = context.emit("Concat", [leading, height, side, width, side], [.int("axis", 0)])
        let split = context.emit("Reshape", [v.g, shape], [.int("allowzero", 1)])
        let moved = context.emit("Transpose", [split], [.ints("perm", [0, 1, 3, 5, 2, 4])])
        return context.reshape(moved, like: v.x)
    }
}

extension RuleContext {
    fileprivate func blockSize() throws(GradientError) -> Int {
        guard let size = node.int("blocksize"), size > 0 else { throw unsupported("blocksize is missing or not positive") }
        return size
    }
}
