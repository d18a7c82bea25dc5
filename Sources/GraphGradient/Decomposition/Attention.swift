internal import ONNXModel
internal import Tensors

extension GradientRules {
    static let attention: [String: GradientRule] = [
        "Attention": .composite { context throws(GradientError) in try context.attention() }
    ]
}

/// The lengths of attention that have to be known.
private struct AttentionLengths {
    let queryHeads: Int
    let keyHeads: Int
    let queries: Int
    let newKeys: Int
    let pastKeys: Int
    let headLength: Int

    var keys: Int { pastKeys + newKeys }
}

extension RuleContext {
    fileprivate mutating func attention() throws(GradientError) -> [String?] {
        try refuseRareForms()
        let isJoined = try type(of: input(0)).rank == 3
        let lengths = try attentionLengths(isJoined: isJoined)

        var operands: [String] = []
        for (index, heads) in [lengths.queryHeads, lengths.keyHeads, lengths.keyHeads].enumerated() {
            operands.append(isJoined ? splitHeads(try input(index), heads) : try input(index))
        }
        if let (pastKey, pastValue) = try pastState() {
            operands[1] = emit("Concat", [pastKey, operands[1]], [.int("axis", 2)])
            operands[2] = emit("Concat", [pastValue, operands[2]], [.int("axis", 2)])
        }
        let (key, value) = (operands[1], operands[2])
        var product = ScaledDotProduct(
            query: operands[0], key: repeatHeads(key, lengths), value: repeatHeads(value, lengths),
            scale: float("scale", default: 1 / Float(lengths.headLength).squareRoot()), softcap: float("softcap", default: 0))
        try applyMask(to: &product, lengths)
        if node.int("is_causal") ?? 0 != 0 {
            product.visible.append(causalMask(queries: lengths.queries, keys: lengths.keys, offset: lengths.pastKeys))
        }
        let result = try emit(product)
        let scores: String?
        switch node.int("qk_matmul_output_mode") ?? 0 {
        case 0: scores = result.scores
        case 3: scores = result.probabilities
        // What 1 and 2 stand for changed between versions.
        default: scores = nil
        }
        return [isJoined ? joinHeads(result.result) : result.result, key, value, scores]
    }

    private func refuseRareForms() throws(GradientError) {
        if node.optionalInput(6) != nil { throw unsupported("nonpad_kv_seqlen is given") }
        for side in ["left", "right"] where node.int("\(side)_window_size") ?? -1 >= 0 { throw unsupported("\(side)_window_size is set") }
        let own = Int(try type(of: input(0)).elementType.rawValue)
        guard node.int("softmax_precision") ?? own == own else {
            throw unsupported("its softmax has a precision of its own")
        }
    }

    private func attentionLengths(isJoined: Bool) throws(GradientError) -> AttentionLengths {
        let (query, key) = (try input(0), try input(1))
        var past = 0
        if let state = try pastState() { past = try fixedLengths(of: state.key, axes: 2..<3)[0] }
        let heads: (query: Int, key: Int)
        let (queries, keys, width): (Int, Int, Int)
        if isJoined {
            heads = (node.int("q_num_heads") ?? 0, node.int("kv_num_heads") ?? 0)
            (queries, keys) = (try fixedLengths(of: query, axes: 1..<2)[0], try fixedLengths(of: key, axes: 1..<2)[0])
            let joined = try fixedLengths(of: query, axes: 2..<3)[0]
            guard heads.query > 0, joined % heads.query == 0 else { throw unsupported("q_num_heads does not divide its query") }
            width = joined / heads.query
        } else {
            let (q, k) = (try fixedLengths(of: query, axes: 1..<4), try fixedLengths(of: key, axes: 1..<4))
            heads = (q[0], k[0])
            (queries, keys, width) = (q[1], k[1], q[2])
        }
        guard heads.key > 0, heads.query % heads.key == 0, width > 0 else { throw unsupported("its heads do not fit together") }
        return AttentionLengths(
            queryHeads: heads.query, keyHeads: heads.key, queries: queries, newKeys: keys, pastKeys: past, headLength: width)
    }

    private func pastState() throws(GradientError) -> (key: String, value: String)? {
        switch (node.optionalInput(4), node.optionalInput(5)) {
        case (nil, nil): return nil
        case (let key?, let value?): return (key, value)
        default: throw unsupported("it has one of past_key and past_value")
        }
    }

    /// Every head of keys and values as often as there are query heads for it, one after the other.
    private mutating func repeatHeads(_ value: String, _ lengths: AttentionLengths) -> String {
        let times = lengths.queryHeads / lengths.keyHeads
        guard times > 1 else { return value }
        // [batch, heads, positions, length] -> [batch, heads, times, positions, length] -> [batch, heads x times, positions, length]
        let repeated = emit("Expand", [unsqueeze(value, axes: [2]), builder.integers([1, 1, times, 1, 1])])
        return reshape(repeated, [0, lengths.queryHeads, lengths.keys, -1])
    }

    private mutating func applyMask(to product: inout ScaledDotProduct, _ lengths: AttentionLengths) throws(GradientError) {
        guard let mask = node.optionalInput(3) else { return }
        let type = try type(of: mask)
        guard type.shape.last == .fixed(lengths.keys) else { throw unsupported("its mask has another length than its keys") }
        if type.elementType == .bool {
            product.visible.append(mask)
        } else {
            let (visible, bias) = try additiveMask(mask)
            product.visible.append(visible)
            product.biases.append(bias)
        }
    }
}
