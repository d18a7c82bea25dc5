internal import ONNXModel

extension GradientRules {
    /// Normalization by statistics of the input itself.
    static let normalization: [String: GradientRule] = [
        "InstanceNormalization": .backward { context throws(GradientError) in try instanceNormalization(&context) },
        "LayerNormalization": .backward { context throws(GradientError) in try layerNormalization(&context) },
        "LRN": elementwise { context, v throws(GradientError) in try localResponseNormalization(&context, v) },
    ]

    private static func instanceNormalization(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        let gradient = try context.outputGradient()
        let x = try context.input(0)
        let rank = try context.type(of: x).rank
        guard rank > 2 else { throw context.unsupported("its input has no positions to normalize over") }
        let axes = Array(2..<rank)
        let mean = context.mean(x, axes)
        let centred = context.emit("Sub", [x, mean])
        let variance = context.mean(context.emit("Mul", [centred, centred]), axes)
        let shifted = context.emit("Add", [variance, try context.number(context.float("epsilon", default: 1e-5))])
        let inverse = context.emit("Reciprocal", [context.emit("Sqrt", [shifted])])
        let normalized = context.emit("Mul", [centred, inverse])

        var result: [String?] = [nil, nil, nil]
        if context.wants(0) {
            let scale = context.unsqueeze(try context.input(1), axes: Array(1..<rank - 1))
            let scaled = context.emit("Mul", [gradient, scale])
            result[0] = context.normalizationGradient(scaled, normalized: normalized, inverseDeviation: inverse, axes)
        }
        if context.wants(1) {
            result[1] = context.reduceSum(context.emit("Mul", [gradient, normalized]), axes: [0] + axes, keepDimensions: false)
        }
        if context.wants(2) { result[2] = context.reduceSum(gradient, axes: [0] + axes, keepDimensions: false) }
        return result
    }

    private static func layerNormalization(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        let gradient = try context.outputGradient()
        guard context.outputGradients.dropFirst().allSatisfy({ $0 == nil }) else {
            throw context.unsupported("the loss depends on its mean or deviation")
        }
        let x = try context.input(0)
        let shape = try context.type(of: x).shape
        let axis = try context.normalized(axis: context.node.int("axis") ?? -1, rank: shape.count)
        let (mean, inverse) = (context.requestedOutput(1), context.requestedOutput(2))
        let normalized = context.emit("Mul", [context.emit("Sub", [x, mean]), inverse])

        var result: [String?] = [nil, nil, nil]
        if context.wants(0) {
            let scaled = context.emit("Mul", [gradient, try context.input(1)])
            result[0] = context.normalizationGradient(
                scaled, normalized: normalized, inverseDeviation: inverse, Array(axis..<shape.count))
        }
        if context.wants(1) {
            let product = context.emit("Mul", [gradient, normalized])
            result[1] = try context.sum(product, over: shape, to: context.type(of: context.input(1)).shape)
        }
        if context.wants(2) { result[2] = try context.sum(gradient, over: shape, to: context.type(of: context.input(2)).shape) }
        return result
    }

    /// y = x S^-β with S = bias + α/size Σ x² over neighbouring channels, so dx = g S^-β - 2 α β / size x Σ g x S^(-β-1).
    private static func localResponseNormalization(_ context: inout RuleContext, _ v: Elementwise) throws(GradientError) -> String {
        guard let size = context.node.int("size"), size > 0 else { throw context.unsupported("size is missing") }
        let channels = try context.fixedLengths(of: v.x, axes: 1..<2)[0]
        let alpha = context.float("alpha", default: 0.0001) / Double(size)
        let beta = context.float("beta", default: 0.75)
        guard ![channels, min(size, channels)].hasProduct(above: 1 << 24) else { throw context.unsupported("it has too many channels") }
        // Channel c sees c - ⌊(size-1)/2⌋ to c + ⌈(size-1)/2⌉; it is seen by the mirror image.
        let (before, after) = (min((size - 1) / 2, channels), min(size / 2, channels))
        let seeing = AxisMap(neighbours: channels, before: before, after: after)
        let seen = AxisMap(neighbours: channels, before: after, after: before)

        let squares = try context.adjoint(of: [(1, seen)], context.emit("Mul", [v.x, v.x]), from: v.x, to: v.x)
        let scaled = context.emit("Mul", [squares, try context.number(alpha)])
        let sums = context.emit("Add", [scaled, try context.number(context.float("bias", default: 1))])
        let direct = context.emit("Mul", [v.g, context.emit("Pow", [sums, try context.number(-beta)])])
        let each = context.emit("Div", [context.emit("Mul", [direct, v.x]), sums])
        let around = try context.adjoint(of: [(1, seeing)], each, from: v.x, to: v.x)
        let indirect = context.emit("Mul", [context.emit("Mul", [v.x, around]), try context.number(2 * alpha * beta)])
        return context.emit("Sub", [direct, indirect])
    }
}

extension AxisMap {
    /// Sums over neighbours, itself included, as far as there are any.
    fileprivate init(neighbours count: Int, before: Int, after: Int) {
        self.init(
            inputCount: count,
            taps: (0..<count).map { (max($0 - before, 0)...min($0 + after, count - 1)).map { ($0, 1) } })
    }
}

extension RuleContext {
    fileprivate mutating func mean(_ value: String, _ axes: [Int]) -> String {
        emit("ReduceMean", [value, builder.integers(axes)], [.int("keepdims", 1)])
    }

    /// The gradient through n = (x - mean x) / deviation x: (g - mean g - n mean(g n)) / deviation.
    fileprivate mutating func normalizationGradient(
        _ gradient: String, normalized: String, inverseDeviation: String, _ axes: [Int]
    ) -> String {
        let along = emit("Mul", [normalized, mean(emit("Mul", [gradient, normalized]), axes)])
        let rest = emit("Sub", [emit("Sub", [gradient, mean(gradient, axes)]), along])
        return emit("Mul", [rest, inverseDeviation])
    }
}
