internal import ONNXModel

extension GradientRules {
    /// Activation functions.
    ///
    /// At a kink the slope is that of PyTorch: of the left piece for Relu, LeakyRelu, Elu, Selu, Celu and ThresholdedRelu (so Relu'(0) = 0), of the
    /// inner piece for Clip (a value equal to a bound passes its gradient), of the flat piece for HardSigmoid.
    static let activations: [String: GradientRule] = [
        "Relu": elementwise { context, v throws(GradientError) in
            try context.gate(v.g, where: context.emit("Greater", [v.x, try context.number(0)]))
        },
        "ThresholdedRelu": elementwise { context, v throws(GradientError) in
            let threshold = try context.number(context.float("alpha", default: 1))
            return try context.gate(v.g, where: context.emit("Greater", [v.x, threshold]))
        },
        "LeakyRelu": elementwise { context, v throws(GradientError) in
            let slope = try context.number(context.float("alpha", default: 0.01))
            return try bySign(of: v.x, positive: v.g, other: context.emit("Mul", [v.g, slope]), &context)
        },
        // α (exp x - 1) has the slope y + α.
        "Elu": elementwise { context, v throws(GradientError) in
            let slope = context.emit("Add", [v.y, try context.number(context.float("alpha", default: 1))])
            return try bySign(of: v.x, positive: v.g, other: context.emit("Mul", [v.g, slope]), &context)
        },
        "Selu": elementwise { context, v throws(GradientError) in
            let alpha = context.float("alpha", default: 1.67326319217681884765625)
            let gamma = context.float("gamma", default: 1.05070102214813232421875)
            let slope = context.emit("Add", [v.y, try context.number(alpha * gamma)])
            let positive = context.emit("Mul", [v.g, try context.number(gamma)])
            return try bySign(of: v.x, positive: positive, other: context.emit("Mul", [v.g, slope]), &context)
        },
        // α (exp(x / α) - 1) has the slope y / α + 1.
        "Celu": elementwise { context, v throws(GradientError) in
            let scaled = context.emit("Div", [v.y, try context.number(context.float("alpha", default: 1))])
            let slope = context.emit("Add", [scaled, try context.number(1)])
            return try bySign(of: v.x, positive: v.g, other: context.emit("Mul", [v.g, slope]), &context)
        },
        "Sigmoid": elementwise { context, v throws(GradientError) in
            let complement = context.emit("Sub", [try context.number(1), v.y])
            return context.emit("Mul", [v.g, context.emit("Mul", [v.y, complement])])
        },
        "Tanh": elementwise { context, v throws(GradientError) in
            let square = context.emit("Mul", [v.y, v.y])
            return context.emit("Mul", [v.g, context.emit("Sub", [try context.number(1), square])])
        },
        "Softplus": elementwise { context, v throws(GradientError) in context.emit("Mul", [v.g, context.emit("Sigmoid", [v.x])]) },
        "Softsign": elementwise { context, v throws(GradientError) in
            let root = context.emit("Add", [context.emit("Abs", [v.x]), try context.number(1)])
            return context.emit("Div", [v.g, context.emit("Mul", [root, root])])
        },
        "HardSigmoid": elementwise { context, v throws(GradientError) in
            let slope = try context.number(context.float("alpha", default: 0.2))
            let aboveZero = context.emit("Greater", [v.y, try context.number(0)])
            let belowOne = context.emit("Less", [v.y, try context.number(1)])
            return try context.gate(context.emit("Mul", [v.g, slope]), where: context.emit("And", [aboveZero, belowOne]))
        },
        // 0 up to -3, x (x + 3) / 6 between, x from 3 on.
        "HardSwish": elementwise { context, v throws(GradientError) in
            let inner = context.emit("Add", [context.emit("Div", [v.x, try context.number(3)]), try context.number(0.5)])
            let belowThree = context.emit("Less", [v.x, try context.number(3)])
            let slope = context.emit("Where", [belowThree, inner, try context.number(1)])
            let aboveMinusThree = context.emit("Greater", [v.x, try context.number(-3)])
            return try context.gate(context.emit("Mul", [v.g, slope]), where: aboveMinusThree)
        },
        // y = x t with t = tanh(softplus x): the slope is t + x (1 - t²) sigmoid x.
        "Mish": elementwise { context, v throws(GradientError) in
            let t = context.emit("Tanh", [context.emit("Softplus", [v.x])])
            let rest = context.emit("Sub", [try context.number(1), context.emit("Mul", [t, t])])
            let inner = context.emit("Mul", [rest, context.emit("Sigmoid", [v.x])])
            return context.emit("Mul", [v.g, context.emit("Add", [t, context.emit("Mul", [v.x, inner])])])
        },
        // 0 from -λ to λ, moved towards 0 by the bias beyond.
        "Shrink": elementwise { context, v throws(GradientError) in
            let bound = context.float("lambd", default: 0.5)
            let below = context.emit("Less", [v.x, try context.number(-bound)])
            let above = context.emit("Greater", [v.x, try context.number(bound)])
            return try context.gate(v.g, where: context.emit("Or", [below, above]))
        },
        "Clip": .backward { context throws(GradientError) in try clip(&context) },
    ]

    private static func bySign(
        of x: String, positive: String, other: String, _ context: inout RuleContext
    ) throws(GradientError) -> String {
        context.emit("Where", [context.emit("Greater", [x, try context.number(0)]), positive, other])
    }

    /// The gradient goes to x where the output equals it, to the lower bound where the output is larger, to the upper bound where it is smaller.
    private static func clip(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        let gradient = try context.outputGradient()
        let (x, y) = (try context.input(0), try context.output())
        var result = [String?](repeating: nil, count: context.node.input.count)
        for (index, relation) in ["Equal", "Less", "Greater"].enumerated() where context.wants(index) {
            let part = try context.gate(gradient, where: context.emit(relation, [x, y]))
            guard index > 0 else {
                result[index] = part
                continue
            }
            let sum = context.emit("ReduceSum", [part], [.int("keepdims", 0)])
            result[index] = context.reshape(sum, like: try context.input(index))
        }
        return result
    }
}

extension RuleContext {
    /// An attribute of the node, or the default that the specification gives.
    func float(_ name: String, default value: Float) -> Double {
        Double(node.float(name) ?? value)
    }
}
