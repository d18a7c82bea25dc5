internal import ONNXModel
internal import Tensors

extension GradientRules {
    /// Operators that take, join or pad parts of tensors.
    static let selections: [String: GradientRule] = [
        "Concat": .backward { context throws(GradientError) in try concatenation(&context) },
        "Split": .backward { context throws(GradientError) in try splitting(&context) },
        "Slice": elementwise { context, v throws(GradientError) in try slicing(&context, v) },
        "Pad": .backward { context throws(GradientError) in try padding(&context) },
    ]

    private static func concatenation(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        let gradient = try context.outputGradient()
        let inputs = context.node.input
        guard inputs.count > 1 else { return [gradient] }
        let rank = try context.type(of: context.output()).rank
        guard let attribute = context.node.int("axis") else { throw context.unsupported("axis is missing") }
        let axis = try context.normalized(axis: attribute, rank: rank)
        let parts = context.emit(
            "Split", [gradient, try lengths(of: inputs, axis: axis, &context)], outputs: inputs.count, [.int("axis", axis)])
        return parts.enumerated().map { context.wants($0.offset) ? $0.element : nil }
    }

    /// The lengths of an axis of several values, as one tensor.
    private static func lengths(of values: [String], axis: Int, _ context: inout RuleContext) throws(GradientError) -> String {
        var fixed: [Int] = []
        for value in values {
            let shape = try context.type(of: value).shape
            guard shape.indices.contains(axis) else { throw context.unsupported("'\(value)' has no axis \(axis)") }
            if let length = shape[axis].fixedLength { fixed.append(length) }
        }
        guard fixed.count < values.count else { return context.builder.integers(fixed) }
        let measured = values.map { context.emit("Shape", [$0], [.int("start", axis), .int("end", axis + 1)]) }
        return context.emit("Concat", measured, [.int("axis", 0)])
    }

    private static func splitting(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        var parts: [String] = []
        for (index, gradient) in context.outputGradients.enumerated() {
            if let gradient {
                parts.append(gradient)
            } else {
                parts.append(try context.zeros(like: context.output(index)))
            }
        }
        return [context.emit("Concat", parts, [.int("axis", context.node.int("axis") ?? 0)])]
    }

    // MARK: Slice

    private static func slicing(_ context: inout RuleContext, _ v: Elementwise) throws(GradientError) -> String {
        guard let margins = try sliceMargins(&context, v) else { return try context.scatterBack(v) }
        return try context.zeroPadded(v.g, before: margins.before, after: margins.after)
    }

    /// How many elements the slice leaves out on both sides of every axis, or nil where that is not known when the graph is built or
    /// where elements between those are left out too.
    private static func sliceMargins(
        _ context: inout RuleContext, _ v: Elementwise
    ) throws(GradientError) -> (before: [Int], after: [Int])? {
        let node = context.node
        for index in 1...4 {
            if let name = node.optionalInput(index), context.constant(name) == nil { return nil }
        }
        guard let starts = try context.constantIntegers(1, "starts"), let ends = try context.constantIntegers(2, "ends") else {
            throw context.unsupported("starts or ends are missing")
        }
        let shape = try context.type(of: v.x).shape
        let axes = try context.constantIntegers(3, "axes") ?? Array(starts.indices)
        let steps = try context.constantIntegers(4, "steps") ?? starts.map { _ in 1 }
        guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count else {
            throw context.unsupported("starts, ends, axes and steps differ in length")
        }
        var before = shape.map { _ in 0 }
        var after = before
        for (index, element) in axes.enumerated() {
            let axis = try context.normalized(axis: element, rank: shape.count)
            guard steps[index] == 1, shape.indices.contains(axis), let length = shape[axis].fixedLength else { return nil }
            let start = clamped(starts[index], length)
            let end = max(clamped(ends[index], length), start)
            before[axis] = start
            after[axis] = length - end
        }
        return (before, after)
    }

    /// A start or end as Slice reads it: counted from the back where negative, and kept inside the axis.
    private static func clamped(_ position: Int, _ length: Int) -> Int {
        min(max(position < 0 ? position + length : position, 0), length)
    }

    // MARK: Pad

    private static func padding(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        let gradient = try context.outputGradient()
        let v = Elementwise(x: try context.input(0), y: try context.output(), g: gradient)
        guard context.node.string("mode") ?? "constant" == "constant" else { return [try context.scatterBack(v)] }

        let margins = try padMargins(&context, v)
        let rank = margins.before.count
        var inner = gradient
        if (margins.before + margins.after).contains(where: { $0 > 0 }) {
            let starts = context.builder.integers(margins.before.map { max($0, 0) })
            let ends = context.builder.integers(margins.after.map { $0 > 0 ? -$0 : Int.max })
            inner = context.emit("Slice", [inner, starts, ends, context.builder.integers(Array(0..<rank))])
        }
        let input = try context.zeroPadded(
            inner, before: margins.before.map { max(-$0, 0) }, after: margins.after.map { max(-$0, 0) })
        guard context.wants(2) else { return [input] }
        // What does not come from the input comes from the padding value.
        let all = context.emit("ReduceSum", [gradient], [.int("keepdims", 0)])
        let kept = context.emit("ReduceSum", [inner], [.int("keepdims", 0)])
        let value = context.reshape(context.emit("Sub", [all, kept]), like: try context.input(2))
        return [context.wants(0) ? input : nil, nil, value]
    }

    /// The pads of every axis, in front and behind.
    private static func padMargins(
        _ context: inout RuleContext, _ v: Elementwise
    ) throws(GradientError) -> (before: [Int], after: [Int]) {
        let shape = try context.type(of: v.x).shape
        guard let pads = try context.constantIntegers(1, "pads") else { throw context.unsupported("pads are missing") }
        let axes = try context.constantIntegers(3, "axes") ?? Array(shape.indices)
        guard pads.count == 2 * axes.count else { throw context.unsupported("\(pads.count) pads for \(axes.count) axes") }
        guard pads.allSatisfy({ $0.magnitude < Int32.max }) else { throw context.unsupported("pads \(pads) are out of range") }
        var before = shape.map { _ in 0 }
        var after = before
        for (index, element) in axes.enumerated() {
            let axis = try context.normalized(axis: element, rank: shape.count)
            guard shape.indices.contains(axis) else { throw context.unsupported("axis \(axis) of a scalar") }
            before[axis] = pads[index]
            after[axis] = pads[axes.count + index]
            // Beyond this a negative pad would remove what the other side has added.
            let removed = max(-before[axis], 0) + max(-after[axis], 0)
            guard removed == 0 || removed <= shape[axis].fixedLength ?? 0 else {
                throw context.unsupported("negative pads on axis \(axis), which may be shorter than they are")
            }
        }
        return (before, after)
    }
}

extension RuleContext {
    /// Surrounds a value with zeros.
    mutating func zeroPadded(_ value: String, before: [Int], after: [Int]) throws(GradientError) -> String {
        guard (before + after).contains(where: { $0 != 0 }) else { return value }
        return emit("Pad", [value, builder.integers(before + after)])
    }

    /// The gradient of any operator that only moves, drops or repeats elements of its first input: applies the node itself to the
    /// elements' positions, and adds every gradient at the position that its element came from.
    mutating func scatterBack(_ v: GradientRules.Elementwise) throws(GradientError) -> String {
        let shape = emit("Shape", [v.x])
        let count = emit("Size", [v.x])
        let range = emit("Range", [builder.constant(Tensor(scalar: Int64(0))), count, builder.constant(Tensor(scalar: Int64(1)))])
        let positions = emit("Reshape", [range, shape], [.int("allowzero", 1)])
        let moved = emit(node.opType, [positions] + node.input.dropFirst(), node.attribute)
        let flat = builder.integers([-1])
        let zeros = emit("Expand", [try number(0), emit("Reshape", [count, flat])])
        let targets = emit("Reshape", [moved, flat])
        let gradients = emit("Reshape", [v.g, flat])
        let total = emit("ScatterElements", [zeros, targets, gradients], [.int("axis", 0), .string("reduction", "add")])
        return emit("Reshape", [total, shape], [.int("allowzero", 1)])
    }
}
