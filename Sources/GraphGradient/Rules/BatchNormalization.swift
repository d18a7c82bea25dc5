internal import ONNXModel
internal import Tensors

extension GradientRules {
    static let batchNormalization: [String: GradientRule] = [
        "BatchNormalization": .backward { context throws(GradientError) in try batchNormalization(&context) },
        "Dropout": .backward { context throws(GradientError) in
            if let mode = context.node.optionalInput(2) {
                guard context.constant(mode)?.elements(as: Bool.self)?.first == false else {
                    throw context.unsupported("it may run in training mode")
                }
            }
            return [try context.outputGradient()]
        },
    ]

    /// Y = (X - mean) scale / √(var + ε) + B with given mean and variance.
    private static func batchNormalization(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        guard context.node.int("training_mode") ?? 0 == 0 else { throw context.unsupported("it runs in training mode") }
        let gradient = try context.outputGradient()
        let x = try context.input(0)
        let rank = try context.type(of: x).rank
        guard rank > 1 else { throw context.unsupported("its input has no channels") }
        let channelLast = Array(1..<max(rank - 1, 1))
        let sumAxes = [0] + Array(2..<rank)

        let shifted = context.emit("Add", [try context.input(4), try context.number(context.float("epsilon", default: 1e-5))])
        let deviation = context.emit("Sqrt", [shifted])
        let slope = context.emit("Div", [try context.input(1), deviation])
        var result = [String?](repeating: nil, count: 5)
        if context.wants(0) { result[0] = context.emit("Mul", [gradient, context.unsqueeze(slope, axes: channelLast)]) }
        guard (1...4).contains(where: context.wants) else { return result }

        let sum = context.reduceSum(gradient, axes: sumAxes, keepDimensions: false)
        if context.wants(2) { result[2] = sum }
        if context.wants(3) { result[3] = context.emit("Neg", [context.emit("Mul", [sum, slope])]) }
        guard context.wants(1) || context.wants(4) else { return result }
        let centred = context.emit("Sub", [x, context.unsqueeze(try context.input(3), axes: channelLast)])
        let moment = context.reduceSum(context.emit("Mul", [gradient, centred]), axes: sumAxes, keepDimensions: false)
        if context.wants(1) { result[1] = context.emit("Div", [moment, deviation]) }
        if context.wants(4) {
            let share = context.emit("Div", [context.emit("Mul", [moment, slope]), shifted])
            result[4] = context.emit("Mul", [share, try context.number(-0.5)])
        }
        return result
    }
}
