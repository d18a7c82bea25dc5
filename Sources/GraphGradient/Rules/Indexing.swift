internal import ONNXModel
internal import Tensors

extension GradientRules {
    /// Operators that read or write elements at positions that tensors of integers name.
    ///
    /// Gradients that meet are added by ScatterElements; ONNX Runtime's ScatterND adds from several threads at once and loses some.
    static let indexing: [String: GradientRule] = [
        "Gather": elementwise { context, v throws(GradientError) in try gathering(&context, v) },
        "GatherElements": elementwise { context, v throws(GradientError) in
            try context.scatter(v.g, to: context.input(1), of: v.x, axis: context.node.int("axis") ?? 0)
        },
        "GatherND": elementwise { context, v throws(GradientError) in try context.scatterBack(v) },
        "Compress": elementwise { context, v throws(GradientError) in try context.scatterBack(v) },
        "OneHot": .backward { context throws(GradientError) in try oneHot(&context) },
        "ReverseSequence": elementwise { context, v throws(GradientError) in try context.scatterBack(v) },
        "TopK": elementwise { context, v throws(GradientError) in
            try context.scatter(v.g, to: context.output(1), of: v.x, axis: context.node.int("axis") ?? -1)
        },
        "ScatterElements": .backward { context throws(GradientError) in
            try overwriting(&context, gather: "GatherElements", [.int("axis", context.node.int("axis") ?? 0)])
        },
        "ScatterND": .backward { context throws(GradientError) in try overwriting(&context, gather: "GatherND", []) },
    ]

    /// What is written hides what was there, or is added to it.
    private static func overwriting(
        _ context: inout RuleContext, gather: String, _ axis: [AttributeProto]
    ) throws(GradientError) -> [String?] {
        let gradient = try context.outputGradient()
        let (indices, updates) = (try context.input(1), try context.input(2))
        let reduction = context.node.string("reduction") ?? "none"
        guard ["none", "add"].contains(reduction) else { throw context.unsupported("its reduction is '\(reduction)'") }
        var result: [String?] = [nil, nil, nil]
        if context.wants(0) {
            let hidden = reduction == "none"
            result[0] = hidden ? context.emit(context.node.opType, [gradient, indices, try context.zeros(like: updates)], axis) : gradient
        }
        if context.wants(2) { result[2] = context.emit(gather, [gradient, indices], axis) }
        return result
    }

    /// Its values are those of positions that are off and on, each of which adds up the gradient where it stands.
    private static func oneHot(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        let gradient = try context.outputGradient()
        let bounds = try context.array([0, 1], shape: [2], context.type(of: context.output()).elementType)
        let isOn = context.emit("OneHot", [try context.input(0), try context.input(1), bounds], context.node.attribute)
        let whole = context.emit("ReduceSum", [gradient], [.int("keepdims", 0)])
        let on = context.emit("ReduceSum", [context.emit("Mul", [gradient, isOn])], [.int("keepdims", 0)])
        let parts = [context.emit("Sub", [whole, on]), on].map { context.unsqueeze($0, axes: [0]) }
        return [nil, nil, context.emit("Concat", parts, [.int("axis", 0)])]
    }

    private static func gathering(_ context: inout RuleContext, _ v: Elementwise) throws(GradientError) -> String {
        let shape = try context.type(of: v.x).shape
        let axis = try context.normalized(axis: context.node.int("axis") ?? 0, rank: shape.count)
        let indices = try context.input(1)
        guard shape.indices.contains(axis) else { throw context.unsupported("a scalar has nothing to gather") }

        // One known element is a slice: its gradient needs no scattering.
        if let only = context.constant(indices), only.shape.isEmpty, let length = shape[axis].fixedLength,
            let position = try context.constantIntegers(1, "indices")?.first, (-length..<length).contains(position)
        {
            let index = position < 0 ? position + length : position
            let slice = context.emit("Unsqueeze", [v.g, context.builder.integers([axis])])
            var (before, after) = (shape.map { _ in 0 }, shape.map { _ in 0 })
            before[axis] = index
            after[axis] = length - 1 - index
            return try context.zeroPadded(slice, before: before, after: after)
        }

        // The axes of the indices become one; ScatterElements then wants an index for every element.
        let flat = context.emit("Reshape", [indices, context.builder.integers([-1])])
        var pieces = [context.emit("Shape", [flat])]
        if axis > 0 { pieces.insert(context.emit("Shape", [v.x], [.int("start", 0), .int("end", axis)]), at: 0) }
        if axis + 1 < shape.count { pieces.append(context.emit("Shape", [v.x], [.int("start", axis + 1)])) }
        let merged = context.emit("Concat", pieces, [.int("axis", 0)])
        let gradient = context.emit("Reshape", [v.g, merged], [.int("allowzero", 1)])
        let column = context.emit("Reshape", [flat, context.builder.integers([-1] + shape[(axis + 1)...].map { _ in 1 })])
        let everywhere = context.emit("Expand", [column, merged])
        return try context.scatter(gradient, to: everywhere, of: v.x, axis: axis)
    }
}

extension RuleContext {
    /// Zeros like `value`, with updates added at the positions along `axis` that `indices`, of the updates' shape, name.
    fileprivate mutating func scatter(
        _ updates: String, to indices: String, of value: String, axis: Int
    ) throws(GradientError) -> String {
        let zeros = try zeros(like: value)
        return emit("ScatterElements", [zeros, indices, updates], [.int("axis", axis), .string("reduction", "add")])
    }
}
