internal import ONNXModel

extension GradientRules {
    /// Elementwise arithmetic with broadcasting.
    static let arithmetic: [String: GradientRule] = [
        "Add": .backward { context throws(GradientError) in try addition(&context, sign: 1) },
        "Sub": .backward { context throws(GradientError) in try addition(&context, sign: -1) },
        "Mul": .backward { context throws(GradientError) in try multiplication(&context) },
    ]

    private static func addition(_ context: inout RuleContext, sign: Int) throws(GradientError) -> [String?] {
        let gradient = try context.outputGradient()
        var result: [String?] = [nil, nil]
        if context.wants(0) {
            result[0] = try context.unbroadcast(gradient, from: context.output(), to: context.input(0))
        }
        if context.wants(1) {
            let signed = sign < 0 ? context.emit("Neg", [gradient]) : gradient
            result[1] = try context.unbroadcast(signed, from: context.output(), to: context.input(1))
        }
        return result
    }

    private static func multiplication(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        let gradient = try context.outputGradient()
        var result: [String?] = [nil, nil]
        for side in 0...1 where context.wants(side) {
            let product = context.emit("Mul", [gradient, try context.input(1 - side)])
            result[side] = try context.unbroadcast(product, from: context.output(), to: context.input(side))
        }
        return result
    }
}
