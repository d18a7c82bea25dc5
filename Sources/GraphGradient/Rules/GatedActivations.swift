internal import ONNXModel

extension GradientRules {
    /// Activations with a slope to learn, and x times a soft gate.
    static let gatedActivations: [String: GradientRule] = [
        "PRelu": .backward { context throws(GradientError) in try parametricRelu(&context) },
        "Gelu": elementwise { context, v throws(GradientError) in
            switch context.node.string("approximate") ?? "none" {
            case "none": try gelu(&context, v)
            case "tanh": try tanhGelu(&context, v)
            case let form: throw context.unsupported("the approximation \(form) is not known")
            }
        },
    ]

    private static func parametricRelu(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        let gradient = try context.outputGradient()
        let (x, slope) = (try context.input(0), try context.input(1))
        let isPositive = context.emit("Greater", [x, try context.number(0)])
        var result: [String?] = [nil, nil]
        if context.wants(0) { result[0] = context.emit("Where", [isPositive, gradient, context.emit("Mul", [gradient, slope])]) }
        if context.wants(1) {
            let product = context.emit("Where", [isPositive, try context.number(0), context.emit("Mul", [gradient, x])])
            result[1] = try context.unbroadcast(product, from: x, to: slope)
        }
        return result
    }

    /// y = x Φ(x): the slope is Φ(x) + x φ(x), with the normal distribution's Φ and density φ.
    private static func gelu(_ context: inout RuleContext, _ v: Elementwise) throws(GradientError) -> String {
        let half = try context.number(0.5)
        let error = context.emit("Erf", [context.emit("Mul", [v.x, try context.number(0.5.squareRoot())])])
        let distribution = context.emit("Add", [context.emit("Mul", [error, half]), half])
        let exponent = context.emit("Mul", [context.emit("Mul", [v.x, v.x]), try context.number(-0.5)])
        let density = context.emit("Mul", [context.emit("Exp", [exponent]), try context.number((0.5 / Double.pi).squareRoot())])
        let slope = context.emit("Add", [distribution, context.emit("Mul", [v.x, density])])
        return context.emit("Mul", [v.g, slope])
    }

    /// y = x/2 (1 + t) with t = tanh(c (x + k x³)): the slope is (1 + t)/2 + x/2 (1 - t²) c (1 + 3 k x²).
    private static func tanhGelu(_ context: inout RuleContext, _ v: Elementwise) throws(GradientError) -> String {
        let (c, k) = ((2 / Double.pi).squareRoot(), 0.044715)
        let (one, half) = (try context.number(1), try context.number(0.5))
        let square = context.emit("Mul", [v.x, v.x])
        let cubic = context.emit("Add", [context.emit("Mul", [square, try context.number(c * k)]), try context.number(c)])
        let t = context.emit("Tanh", [context.emit("Mul", [v.x, cubic])])
        let inner = context.emit("Add", [context.emit("Mul", [square, try context.number(3 * c * k)]), try context.number(c)])
        let rest = context.emit("Sub", [one, context.emit("Mul", [t, t])])
        let bent = context.emit("Mul", [context.emit("Mul", [v.x, rest]), inner])
        let slope = context.emit("Add", [context.emit("Add", [t, one]), bent])
        return context.emit("Mul", [v.g, context.emit("Mul", [slope, half])])
    }
}
