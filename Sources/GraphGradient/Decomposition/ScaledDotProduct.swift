internal import ONNXModel
internal import Tensors

/// The operands of Vaswani et al.: Attention Is All You Need (2017), with what later models add.
struct ScaledDotProduct {
    /// [batch, heads, queries, head length].
    var query: String
    /// [batch, heads, keys, head length].
    var key: String
    /// [batch, heads, keys, value length].
    var value: String
    var scale: Double
    /// Scores become c tanh(score / c) before they are masked; 0 leaves them as they are.
    var softcap = 0.0
    /// Added to the scores; what broadcasts to [batch, heads, queries, keys].
    var biases: [String] = []
    /// Booleans: where all of them hold, the query sees the key; what broadcasts to the same.
    var visible: [String] = []
}

extension RuleContext {
    /// Emits the product; a query that sees no key gets zeros.
    ///
    /// - Returns: the scores before softcap, their softmax, and the result [batch, heads, queries, value length].
    mutating func emit(
        _ product: ScaledDotProduct
    ) throws(GradientError) -> (scores: String, probabilities: String, result: String) {
        let scaled = emit("Mul", [product.query, try number(product.scale)])
        let scores = emit("MatMul", [scaled, transpose(product.key, [0, 1, 3, 2])])
        var weighed = scores
        if product.softcap > 0 {
            let cap = try number(product.softcap)
            weighed = emit("Mul", [emit("Tanh", [emit("Div", [weighed, cap])]), cap])
        }
        for bias in product.biases { weighed = emit("Add", [weighed, bias]) }
        var probabilities: String
        if let first = product.visible.first {
            // Finite scores and a second selection instead of -∞, which would make NaN of a row without keys, and of its gradient.
            let all = product.visible.dropFirst().reduce(first) { emit("And", [$0, $1]) }
            weighed = emit("Where", [all, weighed, try number(lowestScore)])
            probabilities = emit("Softmax", [weighed], [.int("axis", -1)])
            probabilities = emit("Where", [all, probabilities, try number(0)])
        } else {
            probabilities = emit("Softmax", [weighed], [.int("axis", -1)])
        }
        return (scores, probabilities, emit("MatMul", [probabilities, product.value]))
    }

    /// The most negative score, whose exponential is 0 beside any other.
    private var lowestScore: Double { -Double(Float.greatestFiniteMagnitude) }

    /// Splits [batch, positions, heads x length] into [batch, heads, positions, length].
    mutating func splitHeads(_ value: String, _ heads: Int) -> String {
        transpose(reshape(value, [0, 0, heads, -1]), [0, 2, 1, 3])
    }

    /// Joins [batch, heads, positions, length] to [batch, positions, heads x length].
    mutating func joinHeads(_ value: String) -> String {
        reshape(transpose(value, [0, 2, 1, 3]), [0, 0, -1])
    }

    /// Whether key j is not after query i: j ≤ i + offset, as [queries, keys].
    mutating func causalMask(queries: Int, keys: Int, offset: Int) -> String {
        let rows = positions(offset..<offset + queries)
        return emit("LessOrEqual", [positions(0..<keys), unsqueeze(rows, axes: [1])])
    }

    /// Consecutive int64 numbers, made at run time: as a constant they could be long.
    mutating func positions(_ range: Range<Int>) -> String {
        let bounds = [range.lowerBound, range.upperBound, 1].map { builder.constant(Tensor(scalar: Int64($0))) }
        return emit("Range", bounds)
    }

    /// Where an additive mask lets a query see a key, and the mask with -∞ made finite.
    mutating func additiveMask(_ mask: String) throws(GradientError) -> (visible: String, bias: String) {
        let visible = emit("Greater", [mask, try number(-.infinity)])
        return (visible, emit("Max", [mask, try number(lowestScore)]))
    }
}
