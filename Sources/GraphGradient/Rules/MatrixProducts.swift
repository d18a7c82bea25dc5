internal import ONNXModel

extension GradientRules {
    /// Products of matrices.
    static let matrixProducts: [String: GradientRule] = [
        "MatMul": .backward { context throws(GradientError) in try matrixMultiplication(&context) },
        "Gemm": .backward { context throws(GradientError) in try generalMatrixMultiplication(&context) },
    ]

    /// Y = A B over broadcast batches: dA = dY Bᵀ and dB = Aᵀ dY, summed over the batches that were broadcast.
    private static func matrixMultiplication(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        let (left, right) = (try context.input(0), try context.input(1))
        let (a, b) = (try context.type(of: left).shape, try context.type(of: right).shape)
        guard !a.isEmpty, !b.isEmpty else { throw context.unsupported("an operand has no axes") }
        // A vector stands for a row on the left and for a column on the right.
        let (aIsVector, bIsVector) = (a.count == 1, b.count == 1)
        let (aMatrix, bMatrix) = (aIsVector ? [.fixed(1)] + a : a, bIsVector ? b + [.fixed(1)] : b)
        let missing = (aIsVector ? [-2] : []) + (bIsVector ? [-1] : [])
        let gradient = context.unsqueeze(try context.outputGradient(), axes: missing)
        let batch = try context.type(of: context.output()).shape.dropLast(2 - missing.count)

        var result: [String?] = [nil, nil]
        if context.wants(0) {
            let transposed = bIsVector ? context.unsqueeze(right, axes: [0]) : context.transposedMatrix(right, rank: b.count)
            let product = context.emit("MatMul", [gradient, transposed])
            let sum = try context.sum(product, over: batch + aMatrix.suffix(2), to: aMatrix)
            result[0] = aIsVector ? context.emit("Squeeze", [sum, context.builder.integers([0])]) : sum
        }
        if context.wants(1) {
            if b.count == 2, !aIsVector {
                // One product over all rows of all batches, instead of one a batch and a sum.
                let rows = context.emit("Flatten", [left], [.int("axis", a.count - 1)])
                let gradientRows = context.emit("Flatten", [gradient], [.int("axis", a.count - 1)])
                result[1] = context.emit("Gemm", [rows, gradientRows], [.int("transA", 1)])
            } else {
                let transposed = aIsVector ? context.unsqueeze(left, axes: [1]) : context.transposedMatrix(left, rank: a.count)
                let product = context.emit("MatMul", [transposed, gradient])
                let sum = try context.sum(product, over: batch + bMatrix.suffix(2), to: bMatrix)
                result[1] = bIsVector ? context.emit("Squeeze", [sum, context.builder.integers([1])]) : sum
            }
        }
        return result
    }

    /// Y = α op(A) op(B) + β C, where op transposes or not.
    private static func generalMatrixMultiplication(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        let gradient = try context.outputGradient()
        let (a, b) = (try context.input(0), try context.input(1))
        let (transA, transB) = (context.node.int("transA") ?? 0 != 0, context.node.int("transB") ?? 0 != 0)
        var result = [String?](repeating: nil, count: context.node.input.count)
        if context.wants(0) {
            result[0] =
                transA
                ? context.product(b, gradient, transA: transB, transB: true)
                : context.product(gradient, b, transA: false, transB: !transB)
        }
        if context.wants(1) {
            result[1] =
                transB
                ? context.product(gradient, a, transA: true, transB: transA)
                : context.product(a, gradient, transA: !transA, transB: false)
        }
        if context.wants(2) {
            let beta = context.float("beta", default: 1)
            let scaled = beta == 1 ? gradient : context.emit("Mul", [gradient, try context.number(beta)])
            result[2] = try context.unbroadcast(scaled, from: context.output(), to: context.input(2))
        }
        return result
    }
}

extension RuleContext {
    /// Exchanges the last two axes.
    fileprivate mutating func transposedMatrix(_ value: String, rank: Int) -> String {
        transpose(value, Array(0..<rank - 2) + [rank - 1, rank - 2])
    }

    /// op(A) op(B), times the node's own α.
    fileprivate mutating func product(_ a: String, _ b: String, transA: Bool, transB: Bool) -> String {
        emit("Gemm", [a, b], [.float("alpha", node.float("alpha") ?? 1), .int("transA", transA ? 1 : 0), .int("transB", transB ? 1 : 0)])
    }
}
