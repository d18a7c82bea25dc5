internal import ONNXModel
internal import Tensors

extension GradientRules {
    /// Elementwise arithmetic with broadcasting.
    static let arithmetic: [String: GradientRule] = [
        "Add": .backward { context throws(GradientError) in try addition(&context, sign: 1) },
        "Sub": .backward { context throws(GradientError) in try addition(&context, sign: -1) },
        "Mul": .backward { context throws(GradientError) in try multiplication(&context) },
        "Div": .backward { context throws(GradientError) in try division(&context) },
        "Pow": .backward { context throws(GradientError) in try power(&context) },
        "Sum": .backward { context throws(GradientError) in try sum(&context) },
        "Mean": .backward { context throws(GradientError) in try mean(&context) },
        "Max": .backward { context throws(GradientError) in try extremum(&context) },
        "Min": .backward { context throws(GradientError) in try extremum(&context) },
        "Where": .backward { context throws(GradientError) in try selection(&context) },
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

    /// y = a / b: da = g / b, db = -g y / b.
    private static func division(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        var result: [String?] = [nil, nil]
        let quotient = context.emit("Div", [try context.outputGradient(), try context.input(1)])
        if context.wants(0) {
            result[0] = try context.unbroadcast(quotient, from: context.output(), to: context.input(0))
        }
        if context.wants(1) {
            let product = context.emit("Mul", [quotient, try context.output()])
            result[1] = try context.unbroadcast(context.emit("Neg", [product]), from: context.output(), to: context.input(1))
        }
        return result
    }

    /// y = bᵉ: db = g e bᵉ⁻¹ (0 where e is 0), de = g y ln b (0 where b is 0 and e is not negative), the conventions of PyTorch.
    private static func power(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        let gradient = try context.outputGradient()
        var result: [String?] = [nil, nil]
        if context.wants(0), let slope = try powerSlope(&context) {
            let product = context.emit("Mul", [gradient, slope])
            result[0] = try context.unbroadcast(product, from: context.output(), to: context.input(0))
        }
        if context.wants(1) {
            let (base, exponent) = (try context.input(0), try context.input(1))
            let slope = context.emit("Mul", [try context.output(), context.emit("Log", [base])])
            let zeroBase = context.emit("Equal", [base, try context.number(0)])
            let notNegative = context.emit("GreaterOrEqual", [exponent, try context.number(0, typeOf: exponent)])
            let flat = context.emit("And", [zeroBase, notNegative])
            let product = context.emit("Mul", [gradient, context.emit("Where", [flat, try context.number(0), slope])])
            let summed = try context.unbroadcast(product, from: context.output(), to: exponent)
            result[1] = try context.cast(summed, from: base, to: exponent)
        }
        return result
    }

    /// e bᵉ⁻¹, or nil where the exponent is the constant 0.
    private static func powerSlope(_ context: inout RuleContext) throws(GradientError) -> String? {
        let base = try context.input(0)
        switch context.uniformNumber(try context.input(1)) {
        case 0: return nil
        case 1: return try context.number(1)
        case 2: return context.emit("Mul", [base, try context.number(2)])
        case let exponent?:
            let power = context.emit("Pow", [base, try context.number(exponent - 1)])
            return context.emit("Mul", [power, try context.number(exponent)])
        case nil:
            let exponent = try context.cast(context.input(1), from: context.input(1), to: base)
            let reduced = context.emit("Sub", [exponent, try context.number(1)])
            let slope = context.emit("Mul", [exponent, context.emit("Pow", [base, reduced])])
            let flat = context.emit("Equal", [exponent, try context.number(0)])
            return context.emit("Where", [flat, try context.number(0), slope])
        }
    }

    private static func sum(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        try share(try context.outputGradient(), &context)
    }

    private static func mean(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        let count = try context.number(Double(context.node.input.count))
        return try share(context.emit("Div", [try context.outputGradient(), count]), &context)
    }

    /// The same gradient for every input.
    private static func share(_ gradient: String, _ context: inout RuleContext) throws(GradientError) -> [String?] {
        var result: [String?] = []
        for index in context.node.input.indices {
            result.append(
                context.wants(index) ? try context.unbroadcast(gradient, from: context.output(), to: context.input(index)) : nil)
        }
        return result
    }

    /// Max and Min: the gradient goes to the input that was chosen, to the first of them where several are equal.
    private static func extremum(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        var remaining = try context.outputGradient()
        var result = [String?](repeating: nil, count: context.node.input.count)
        let last = result.indices.last(where: context.wants) ?? -1
        for (index, input) in context.node.input.enumerated().prefix(last + 1) {
            let chosen = context.emit("Equal", [input, try context.output()])
            if context.wants(index) {
                let part = try context.gate(remaining, where: chosen)
                result[index] = try context.unbroadcast(part, from: context.output(), to: input)
            }
            if index < last { remaining = context.emit("Where", [chosen, try context.number(0), remaining]) }
        }
        return result
    }

    private static func selection(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        let gradient = try context.outputGradient()
        let condition = try context.input(0)
        var result: [String?] = [nil, nil, nil]
        if context.wants(1) {
            let part = try context.gate(gradient, where: condition)
            result[1] = try context.unbroadcast(part, from: context.output(), to: context.input(1))
        }
        if context.wants(2) {
            let part = context.emit("Where", [condition, try context.number(0), gradient])
            result[2] = try context.unbroadcast(part, from: context.output(), to: context.input(2))
        }
        return result
    }
}
