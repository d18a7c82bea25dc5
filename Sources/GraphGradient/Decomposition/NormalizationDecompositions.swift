internal import ONNXModel

extension GradientRules {
    /// Normalization by statistics of the input itself, with what ONNX Runtime fuses before it.
    ///
    /// `stash_type` names the precision of the statistics of half-precision inputs, for which there are no gradients at all; others
    /// keep their own.
    static let normalizationDecompositions: [String: GradientRule] = [
        "MeanVarianceNormalization": .composite { context throws(GradientError) in [try context.meanVarianceNormalized()] },
        "LpNormalization": .composite { context throws(GradientError) in [try context.lpNormalized()] },
        "RMSNormalization": .composite { context throws(GradientError) in
            let result = try context.rmsNormalized(context.input(0), scale: context.input(1), defaultEpsilon: 1e-5)
            return [result.value]
        },
        // ONNX Runtime's name for it, in the default domain, with the inverse of the root as a second output.
        "SimplifiedLayerNormalization": .composite { context throws(GradientError) in
            let result = try context.rmsNormalized(context.input(0), scale: context.input(1), defaultEpsilon: 1e-5)
            return [result.value, result.inverseRoot]
        },
        "com.microsoft.SkipSimplifiedLayerNormalization": .composite { context throws(GradientError) in
            let sum = try context.skipSum(bias: 3)
            let result = try context.rmsNormalized(sum, scale: context.input(2), defaultEpsilon: 1e-12)
            return [result.value, nil, nil, sum]
        },
        "com.microsoft.SkipLayerNormalization": .composite { context throws(GradientError) in
            let sum = try context.skipSum(bias: 4)
            let parameters = [try context.input(2)] + (context.node.optionalInput(3).map { [$0] } ?? [])
            let epsilon = AttributeProto.float("epsilon", context.node.float("epsilon") ?? 1e-12)
            return [context.emit("LayerNormalization", [sum] + parameters, [.int("axis", -1), epsilon]), nil, nil, sum]
        },
    ]
}

extension RuleContext {
    /// (x - mean) / (deviation + 1e-9), the form of the specification's function.
    fileprivate mutating func meanVarianceNormalized() throws(GradientError) -> String {
        let x = try input(0)
        let axes = node.ints("axes") ?? [0, 2, 3]
        let centred = emit("Sub", [x, mean(x, axes)])
        let deviation = emit("Sqrt", [mean(emit("Mul", [centred, centred]), axes)])
        return emit("Div", [centred, emit("Add", [deviation, try number(1e-9)])])
    }

    /// x divided by its norm along one axis; zeros where that is 0.
    fileprivate mutating func lpNormalized() throws(GradientError) -> String {
        let order = node.int("p") ?? 2
        guard order == 1 || order == 2 else { throw unsupported("its norm has the order \(order)") }
        let x = try input(0)
        let axes = builder.integers([node.int("axis") ?? -1])
        let norm = emit("ReduceL\(order)", [x, axes], [.int("keepdims", 1)])
        // Dividing by 1 instead of 0 keeps the gradient finite.
        let isZero = emit("Equal", [norm, try number(0)])
        return emit("Div", [x, emit("Where", [isZero, try number(1), norm])])
    }

    /// x / √(mean x² + ε) times a scale, over the axes from `axis` on (Zhang, Sennrich: Root Mean Square Layer Normalization, 2019).
    fileprivate mutating func rmsNormalized(
        _ x: String, scale: String, defaultEpsilon: Float
    ) throws(GradientError) -> (value: String, inverseRoot: String) {
        let rank = try type(of: input(0)).rank
        let axis = try normalized(axis: node.int("axis") ?? -1, rank: rank)
        let meanSquare = mean(emit("Mul", [x, x]), Array(axis..<rank))
        let root = emit("Sqrt", [emit("Add", [meanSquare, try number(float("epsilon", default: defaultEpsilon))])])
        let inverse = emit("Reciprocal", [root])
        return (emit("Mul", [emit("Mul", [x, inverse]), scale]), inverse)
    }

    /// Input plus skip connection plus an optional bias, which later uses may take as well.
    fileprivate mutating func skipSum(bias: Int) throws(GradientError) -> String {
        let sum = emit("Add", [try input(0), try input(1)])
        return node.optionalInput(bias).map { emit("Add", [sum, $0]) } ?? sum
    }

    fileprivate mutating func mean(_ value: String, _ axes: [Int]) -> String {
        emit("ReduceMean", [value, builder.integers(axes)], [.int("keepdims", 1)])
    }
}
