internal import ONNXModel

extension GradientRules {
    /// Activations with a soft gate, of ONNX and of ONNX Runtime (`com.microsoft`, see its ContribOperators.md).
    static let activationDecompositions: [String: GradientRule] = [
        "Swish": .composite { context throws(GradientError) in
            [try context.swish(context.input(0), alpha: context.float("alpha", default: 1))]
        },
        "com.microsoft.QuickGelu": .composite { context throws(GradientError) in
            [try context.swish(context.input(0), alpha: context.float("alpha", default: 1.702))]
        },
        "com.microsoft.Gelu": .composite { context throws(GradientError) in [try context.gelu(context.input(0))] },
        "com.microsoft.BiasGelu": .composite { context throws(GradientError) in
            [try context.gelu(context.emit("Add", [try context.input(0), try context.input(1)]))]
        },
        "com.microsoft.FastGelu": .composite { context throws(GradientError) in
            let x = try context.input(0)
            guard let bias = context.node.optionalInput(1) else { return [try context.tanhGelu(x)] }
            return [try context.tanhGelu(context.emit("Add", [x, bias]))]
        },
    ]
}

extension RuleContext {
    /// x sigmoid(α x).
    fileprivate mutating func swish(_ x: String, alpha: Double) throws(GradientError) -> String {
        let gate = alpha == 1 ? x : emit("Mul", [x, try number(alpha)])
        return emit("Mul", [x, emit("Sigmoid", [gate])])
    }

    /// x Φ(x) with the normal distribution's Φ.
    fileprivate mutating func gelu(_ x: String) throws(GradientError) -> String {
        let error = emit("Erf", [emit("Mul", [x, try number(0.5.squareRoot())])])
        let distribution = emit("Mul", [emit("Add", [error, try number(1)]), try number(0.5)])
        return emit("Mul", [x, distribution])
    }

    /// x/2 (1 + tanh(c (x + k x³))).
    fileprivate mutating func tanhGelu(_ x: String) throws(GradientError) -> String {
        let (c, k) = ((2 / Double.pi).squareRoot(), 0.044715)
        let cubic = emit("Add", [emit("Mul", [emit("Mul", [x, x]), try number(c * k)]), try number(c)])
        let gate = emit("Add", [emit("Tanh", [emit("Mul", [x, cubic])]), try number(1)])
        return emit("Mul", [emit("Mul", [x, try number(0.5)]), gate])
    }
}
