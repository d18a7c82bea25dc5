internal import ONNXModel

extension GradientRules {
    /// Softmax and its logarithm along one axis.
    static let softmax: [String: GradientRule] = [
        // y (g - Σ g y)
        "Softmax": elementwise { context, v throws(GradientError) in
            let sum = try context.sumAlongAxis(context.emit("Mul", [v.g, v.y]), like: v.x)
            return context.emit("Mul", [v.y, context.emit("Sub", [v.g, sum])])
        },
        // g - exp(y) Σ g
        "LogSoftmax": elementwise { context, v throws(GradientError) in
            let sum = try context.sumAlongAxis(v.g, like: v.x)
            return context.emit("Sub", [v.g, context.emit("Mul", [context.emit("Exp", [v.y]), sum])])
        },
    ]
}

extension RuleContext {
    fileprivate mutating func sumAlongAxis(_ value: String, like x: String) throws(GradientError) -> String {
        let axis = try normalized(axis: node.int("axis") ?? -1, rank: type(of: x).rank)
        return reduceSum(value, axes: [axis], keepDimensions: true)
    }
}
