internal import ONNXModel
internal import Tensors

extension GradientRules {
    /// Changes of resolution. Each is a fixed linear map along every axis.
    static let resampling: [String: GradientRule] = [
        "Resize": elementwise { context, v throws(GradientError) in
            try context.adjoint(of: context.resizedAxes(v), v.g, from: v.y, to: v.x)
        }
    ]
}

extension RuleContext {
    /// The map of every axis that the node resizes.
    fileprivate func resizedAxes(_ v: GradientRules.Elementwise) throws(GradientError) -> [(axis: Int, map: AxisMap)] {
        let (inputs, outputs) = (try type(of: v.x).shape, try type(of: v.y).shape)
        guard inputs.count == outputs.count else { throw unsupported("its output has another number of axes") }
        guard node.int("antialias") ?? 0 == 0 else { throw unsupported("antialias is not supported") }
        guard node.string("keep_aspect_ratio_policy") ?? "stretch" == "stretch" else {
            throw unsupported("keep_aspect_ratio_policy is not supported")
        }
        let axes = try node.ints("axes")?.map { (axis) throws(GradientError) in try normalized(axis: axis, rank: inputs.count) }
        let scales = try resizeScales(axes: axes, rank: inputs.count)
        var maps: [(axis: Int, map: AxisMap)] = []
        for axis in inputs.indices where axes?.contains(axis) ?? true {
            guard let input = inputs[axis].fixedLength, let output = outputs[axis].fixedLength else {
                // A batch: as long before as after.
                guard inputs[axis] == outputs[axis], scales?[axis] ?? 1 == 1 else { throw unsupported("axis \(axis) has no fixed length") }
                continue
            }
            guard (1..<1 << 20).contains(input), (1..<1 << 20).contains(output) else {
                throw unsupported("axis \(axis) is empty or too long")
            }
            let scale = scales?[axis] ?? Float(output) / Float(input)
            if scale == 1, input == output { continue }
            maps.append((axis, try interpolation(inputs: input, outputs: output, scale: scale)))
        }
        return maps
    }

    /// The scale of every axis where the node is given scales, nil where it is given sizes.
    private func resizeScales(axes: [Int]?, rank: Int) throws(GradientError) -> [Float]? {
        if node.optionalInput(3) != nil { return nil }
        guard let name = node.optionalInput(2), let given: [Float] = constant(name)?.elements() else {
            throw unsupported("its scales are not constant")
        }
        var scales = [Float](repeating: 1, count: rank)
        let axes = axes ?? Array(0..<rank)
        guard given.count == axes.count, given.allSatisfy({ $0 > 0 }) else { throw unsupported("its scales do not fit its input") }
        for (axis, scale) in zip(axes, given) { scales[axis] = scale }
        return scales
    }

    private func interpolation(inputs: Int, outputs: Int, scale: Float) throws(GradientError) -> AxisMap {
        let kernel = try interpolationKernel()
        var taps: [[(input: Int, weight: Double)]] = []
        for output in 0..<outputs {
            let position = try originalPosition(of: output, inputs: inputs, outputs: outputs, scale: scale)
            taps.append(kernel(position, inputs))
        }
        return AxisMap(inputCount: inputs, taps: taps)
    }

    /// Where an output lies among the inputs, in the single precision that ONNX Runtime reckons in.
    private func originalPosition(of output: Int, inputs: Int, outputs: Int, scale: Float) throws(GradientError) -> Float {
        let x = Float(output)
        switch node.string("coordinate_transformation_mode") ?? "half_pixel" {
        case "half_pixel": return (x + 0.5) / scale - 0.5
        case "half_pixel_symmetric":
            let adjustment = Float(outputs) / (scale * Float(inputs))
            return Float(inputs) / 2 * (1 - adjustment) + (x + 0.5) / scale - 0.5
        case "pytorch_half_pixel": return outputs > 1 ? (x + 0.5) / scale - 0.5 : 0
        case "align_corners": return outputs > 1 ? x * Float(inputs - 1) / Float(outputs - 1) : 0
        case "asymmetric": return x / scale
        case let mode: throw unsupported("coordinate_transformation_mode \(mode) is not supported")
        }
    }

    /// From a position and the number of inputs to the inputs that are read there, and their weights.
    private func interpolationKernel() throws(GradientError) -> (Float, Int) -> [(input: Int, weight: Double)] {
        switch node.string("mode") ?? "nearest" {
        case "nearest":
            let round = try nearestRounding()
            return { position, inputs in [(min(max(Int(round(position)), 0), inputs - 1), 1)] }
        case "linear":
            return { position, inputs in
                let inside = min(max(position, 0), Float(inputs - 1))
                let left = min(Int(inside), max(inputs - 2, 0))
                let fraction = Double(inside) - Double(left)
                return [(left, 1 - fraction), (min(left + 1, inputs - 1), fraction)]
            }
        case "cubic":
            let a = float("cubic_coeff_a", default: -0.75)
            let excludesOutside = node.int("exclude_outside") ?? 0 != 0
            return { position, inputs in cubicTaps(Double(position), inputs, a: a, excludesOutside: excludesOutside) }
        case let mode: throw unsupported("mode \(mode) is not known")
        }
    }

    private func nearestRounding() throws(GradientError) -> (Float) -> Float {
        switch node.string("nearest_mode") ?? "round_prefer_floor" {
        case "round_prefer_floor": return { ($0 - 0.5).rounded(.up) }
        case "round_prefer_ceil": return { ($0 + 0.5).rounded(.down) }
        case "floor": return { $0.rounded(.down) }
        case "ceil": return { $0.rounded(.up) }
        case let mode: throw unsupported("nearest_mode \(mode) is not known")
        }
    }
}

/// Keys: Cubic convolution interpolation for digital image processing (1981), with the edge repeated or left out.
private func cubicTaps(_ position: Double, _ inputs: Int, a: Double, excludesOutside: Bool) -> [(input: Int, weight: Double)] {
    let base = position.rounded(.down)
    let t = position - base
    func near(_ d: Double) -> Double { ((a + 2) * d - (a + 3)) * d * d + 1 }
    func far(_ d: Double) -> Double { ((a * d - 5 * a) * d + 8 * a) * d - 4 * a }
    var taps = zip(Int(base) - 1...Int(base) + 2, [far(1 + t), near(t), near(1 - t), far(2 - t)]).map { (input: $0, weight: $1) }
    if excludesOutside {
        taps.removeAll { !(0..<inputs).contains($0.input) }
        let total = taps.reduce(0) { $0 + $1.weight }
        return taps.map { ($0.input, $0.weight / total) }
    }
    return taps.map { (min(max($0.input, 0), inputs - 1), $0.weight) }
}
