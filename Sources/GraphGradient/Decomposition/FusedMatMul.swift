internal import ONNXModel

extension GradientRules {
    /// ONNX Runtime's product of matrices with the transpositions and the factor around it.
    static let fusedMatMul: [String: GradientRule] = [
        "com.microsoft.FusedMatMul": .composite { context throws(GradientError) in
            let a = try context.transposedOperand(0, "A")
            let b = try context.transposedOperand(1, "B")
            let product = context.emit("MatMul", [a, b])
            let alpha = context.float("alpha", default: 1)
            return [alpha == 1 ? product : context.emit("Mul", [product, try context.number(alpha)])]
        }
    ]
}

extension RuleContext {
    /// An operand after `transBatch`, which moves the first axis behind the batch axes, and `trans`, which exchanges the last two.
    fileprivate mutating func transposedOperand(_ index: Int, _ letter: String) throws(GradientError) -> String {
        let value = try input(index)
        let (movesBatch, swaps) = (node.int("transBatch\(letter)") ?? 0 != 0, node.int("trans\(letter)") ?? 0 != 0)
        guard movesBatch || swaps else { return value }
        let rank = try type(of: value).rank
        guard rank >= 2 else { throw unsupported("'\(value)' has too few axes to be transposed") }
        var order = Array(0..<rank)
        if movesBatch { order.insert(order.removeFirst(), at: rank - 2) }
        if swaps { order.swapAt(rank - 2, rank - 1) }
        return order == Array(0..<rank) ? value : transpose(value, order)
    }
}
