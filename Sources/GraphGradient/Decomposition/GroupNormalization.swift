internal import ONNXModel

extension GradientRules {
    /// Wu, He: Group Normalization (2018).
    static let groupNormalization: [String: GradientRule] = [
        "GroupNormalization": .composite { context throws(GradientError) in [try groupNormalized(&context)] }
    ]

    /// (x - mean) / √(variance + ε) over the channels and positions of a group, then a scale and a bias: for every group in operator set
    /// 18, for every channel since 21. Their lengths tell which.
    private static func groupNormalized(_ context: inout RuleContext) throws(GradientError) -> String {
        let (x, scale, bias) = (try context.input(0), try context.input(1), try context.input(2))
        let channels = try context.fixedLengths(of: x, axes: 1..<2)[0]
        guard let groups = context.node.int("num_groups"), groups > 0, channels % groups == 0 else {
            throw context.unsupported("num_groups does not divide \(channels) channels")
        }
        let parameters = try context.fixedLengths(of: scale, axes: 0..<1)[0]
        guard try parameters == context.fixedLengths(of: bias, axes: 0..<1)[0], parameters == groups || parameters == channels else {
            throw context.unsupported("its scale and bias fit neither \(groups) groups nor \(channels) channels")
        }
        // [N, groups, whatever is in a group]
        let grouped = context.reshape(x, [0, groups, -1])
        let axis = context.builder.integers([2])
        let centred = context.emit("Sub", [grouped, context.emit("ReduceMean", [grouped, axis], [.int("keepdims", 1)])])
        let variance = context.emit("ReduceMean", [context.emit("Mul", [centred, centred]), axis], [.int("keepdims", 1)])
        let shifted = context.emit("Add", [variance, try context.number(context.float("epsilon", default: 1e-5))])
        let normalized = context.emit("Div", [centred, context.emit("Sqrt", [shifted])])
        // [N, groups or channels, whatever each of them scales]
        let parts = parameters == groups ? normalized : context.reshape(normalized, [0, channels, -1])
        let scaled = context.emit("Mul", [parts, context.unsqueeze(scale, axes: [1])])
        let result = context.emit("Add", [scaled, context.unsqueeze(bias, axes: [1])])
        return context.reshape(result, like: x)
    }
}
