internal import ONNXModel
internal import Tensors

extension GradientRules {
    /// Attention as ONNX Runtime's optimizers and the tools around it write it (ContribOperators.md).
    static let multiHeadAttention: [String: GradientRule] = [
        "com.microsoft.MultiHeadAttention": .composite { context throws(GradientError) in try context.multiHeadAttention() },
        "com.microsoft.Attention": .composite { context throws(GradientError) in try context.projectedAttention() },
    ]
}

extension RuleContext {
    /// Query, key and value are given, each [batch, positions, heads x length]; a bias for the three of them may be added first.
    fileprivate mutating func multiHeadAttention() throws(GradientError) -> [String?] {
        for (index, name) in [(8, "past_sequence_length"), (9, "cache_indirection")] where node.optionalInput(index) != nil {
            throw unsupported("\(name) is given")
        }
        guard try type(of: input(0)).rank == 3, try type(of: input(1)).rank == 3, try type(of: input(2)).rank == 3 else {
            throw unsupported("its query, key and value are not three separate sequences")
        }
        let heads = try headCount()
        var operands = [try input(0), try input(1), try input(2)]
        let widths = [
            try fixedLengths(of: operands[0], axes: 2..<3)[0], try fixedLengths(of: operands[1], axes: 2..<3)[0],
            try fixedLengths(of: operands[2], axes: 2..<3)[0],
        ]
        let queries = try fixedLengths(of: operands[0], axes: 1..<2)[0]
        var keys = try fixedLengths(of: operands[1], axes: 1..<2)[0]
        if let bias = node.optionalInput(3) {
            let parts = emit("Split", [bias, builder.integers(widths)], outputs: 3, [.int("axis", 0)])
            operands = zip(operands, parts).map { emit("Add", [$0, $1]) }
        }
        operands = operands.map { splitHeads($0, heads) }
        switch (node.optionalInput(6), node.optionalInput(7)) {
        case (nil, nil): break
        case (let pastKey?, let pastValue?):
            keys += try fixedLengths(of: pastKey, axes: 2..<3)[0]
            operands[1] = emit("Concat", [pastKey, operands[1]], [.int("axis", 2)])
            operands[2] = emit("Concat", [pastValue, operands[2]], [.int("axis", 2)])
        default: throw unsupported("it has one of past_key and past_value")
        }
        let result = try attended(
            operands, headLength: try length(of: widths[0], heads: heads), queries: queries, keys: keys, mask: node.optionalInput(4),
            bias: node.optionalInput(5))
        return [result, operands[1], operands[2]]
    }

    /// Query, key and value are products of the input with one matrix that holds three.
    fileprivate mutating func projectedAttention() throws(GradientError) -> [String?] {
        for (index, name) in [(4, "past"), (6, "past_sequence_length")] where node.optionalInput(index) != nil {
            throw unsupported("\(name) is given")
        }
        guard node.int("do_rotary") ?? 0 == 0 else { throw unsupported("it rotates its queries and keys") }
        let heads = try headCount()
        let width = try fixedLengths(of: input(1), axes: 1..<2)[0]
        let widths = node.ints("qkv_hidden_sizes") ?? [width / 3, width / 3, width / 3]
        guard widths.count == 3, widths.allSatisfy({ (1...width).contains($0) }), widths.reduce(0, +) == width else {
            throw unsupported("its weights do not hold three matrices")
        }
        let positions = try fixedLengths(of: input(0), axes: 1..<2)[0]
        var projected = emit("MatMul", [try input(0), try input(1)])
        if let bias = node.optionalInput(2) { projected = emit("Add", [projected, bias]) }
        let operands = emit("Split", [projected, builder.integers(widths)], outputs: 3, [.int("axis", 2)]).map { splitHeads($0, heads) }
        let result = try attended(
            operands, headLength: try length(of: widths[0], heads: heads), queries: positions, keys: positions,
            mask: node.optionalInput(3), bias: node.optionalInput(5))
        return [result]
    }

    private func headCount() throws(GradientError) -> Int {
        guard let heads = node.int("num_heads"), heads > 0 else { throw unsupported("num_heads is missing") }
        return heads
    }

    private func length(of width: Int, heads: Int) throws(GradientError) -> Int {
        guard width >= heads, width % heads == 0 else { throw unsupported("num_heads does not divide \(width)") }
        return width / heads
    }

    /// - Parameters:
    ///   - operands: query, key and value with their heads apart.
    ///   - mask: integers, [batch, keys] or [batch, queries, keys]: 0 where a key is hidden.
    private mutating func attended(
        _ operands: [String], headLength: Int, queries: Int, keys: Int, mask: String?, bias: String?
    ) throws(GradientError) -> String {
        let standard = 1 / Float(headLength).squareRoot()
        let stated = node.float("scale") ?? 0
        var product = ScaledDotProduct(
            query: operands[0], key: operands[1], value: operands[2], scale: Double(stated == 0 ? standard : stated))
        if let bias { product.biases.append(bias) }
        if let mask { product.biases.append(try hiddenKeys(mask, queries: queries, keys: keys)) }
        if node.int("unidirectional") ?? 0 != 0 {
            product.visible.append(causalMask(queries: queries, keys: keys, offset: keys - queries))
        }
        return joinHeads(try emit(product).result)
    }

    /// What is added to the scores: `mask_filter_value` where the mask is 0.
    private mutating func hiddenKeys(_ mask: String, queries: Int, keys: Int) throws(GradientError) -> String {
        let type = try type(of: mask)
        guard type.shape.last == .fixed(keys), type.rank == 2 || (type.rank == 3 && type.shape[1] == .fixed(queries)) else {
            throw unsupported("its mask is not one of [batch, keys] or [batch, queries, keys]")
        }
        let isVisible = emit("Cast", [mask], [.int("to", Int(ElementType.bool.rawValue))])
        let bias = emit("Where", [isVisible, try number(0), try number(float("mask_filter_value", default: -10_000))])
        return unsqueeze(bias, axes: type.rank == 2 ? [1, 2] : [1])
    }
}
