internal import ONNXModel
internal import Tensors

extension GradientRules {
    /// Means and norms of windows, and of whole feature maps.
    static let averagePooling: [String: GradientRule] = [
        "AveragePool": elementwise { context, v throws(GradientError) in
            let window = try context.window(over: v.x)
            let counts = try context.windowCounts(window, v)
            return try context.spread(context.emit("Div", [v.g, counts]), over: window, v)
        },
        "GlobalAveragePool": elementwise { context, v throws(GradientError) in
            let type = Int(try context.type(of: v.x).elementType.rawValue)
            let inputs = context.emit("Cast", [context.emit("Size", [v.x])], [.int("to", type)])
            let outputs = context.emit("Cast", [context.emit("Size", [v.y])], [.int("to", type)])
            let share = context.emit("Div", [v.g, context.emit("Div", [inputs, outputs])])
            return context.emit("Expand", [share, context.emit("Shape", [v.x])])
        },
        "LpPool": elementwise { context, v throws(GradientError) in
            let share = try context.normShare(v)
            let sums = try context.spread(share, over: context.window(over: v.x), v)
            return context.emit("Mul", [sums, try context.normSlope(v)])
        },
        "GlobalLpPool": elementwise { context, v throws(GradientError) in
            context.emit("Mul", [try context.normShare(v), try context.normSlope(v)])
        },
    ]
}

extension RuleContext {
    /// The window of a pool that slides over `value`.
    fileprivate func window(over value: String) throws(GradientError) -> ConvolutionGeometry {
        let rank = try type(of: value).rank
        guard let kernel = node.ints("kernel_shape"), kernel.count == rank - 2, !kernel.isEmpty else {
            throw unsupported("kernel_shape does not fit its input")
        }
        guard !kernel.hasProduct(above: 1 << 24) else { throw unsupported("its window is too large") }
        let window = try geometry(kernel: kernel, slidingOver: value)
        guard (window.padsBegin + window.padsEnd).allSatisfy({ $0 >= 0 }) else { throw unsupported("its pads are negative") }
        return window
    }

    /// How many elements each output is the mean of: one number, or one for each position.
    fileprivate mutating func windowCounts(
        _ window: ConvolutionGeometry, _ v: GradientRules.Elementwise
    ) throws(GradientError) -> String {
        let whole = window.kernel.reduce(1.0) { $0 * Double($1) }
        let roundsUp = node.int("ceil_mode") ?? 0 != 0
        guard window.hasPads || roundsUp else { return try number(whole) }
        let spatial = 2..<2 + window.kernel.count
        let (inputs, outputs) = (try fixedLengths(of: v.x, axes: spatial), try fixedLengths(of: v.y, axes: spatial))
        guard !outputs.hasProduct(above: 1 << 24) else { throw unsupported("its output is too large") }
        let includesPads = node.int("count_include_pad") ?? 0 != 0
        var counts = [1.0]
        for axis in window.axes {
            let first = includesPads ? -window.padsBegin[axis] : 0
            let end = inputs[axis] + (includesPads ? window.padsEnd[axis] : 0)
            let along = (0..<outputs[axis]).map { output in
                let start = output * window.strides[axis] - window.padsBegin[axis]
                return (0..<window.kernel[axis]).count { (first..<end).contains(start + $0 * window.dilations[axis]) }
            }
            counts = counts.flatMap { count in along.map { count * Double($0) } }
        }
        if counts.allSatisfy({ $0 == whole }) { return try number(whole) }
        return try array(counts, shape: outputs, type(of: v.x).elementType)
    }

    /// Gives each input the sum of the gradients of all windows that contain it: the adjoint of a convolution with ones.
    fileprivate mutating func spread(
        _ gradient: String, over window: ConvolutionGeometry, _ v: GradientRules.Elementwise
    ) throws(GradientError) -> String {
        let spatial = 2..<2 + window.kernel.count
        let (inputs, outputs) = (try fixedLengths(of: v.x, axes: spatial), try fixedLengths(of: v.y, axes: spatial))
        let type = try type(of: v.x).elementType
        let count = window.kernel.reduce(1, *)
        let ones = try array([Double](repeating: 1, count: count), shape: [1, 1] + window.kernel, type)
        var window = window
        var outOfReach: [Int] = []
        for axis in window.axes {
            // The pads that the windows really use: more where the output's length was rounded up, less where it was rounded down.
            let reached = (outputs[axis] - 1) * window.strides[axis] + window.extent(axis) - window.padsBegin[axis]
            window.padsEnd[axis] = max(reached - inputs[axis], 0)
            outOfReach.append(max(inputs[axis] - reached, 0))
        }
        let maps = reshape(gradient, [-1, 1] + outputs)
        let sums = emit("ConvTranspose", [maps, ones], window.attributes)
        let whole = outOfReach.contains { $0 > 0 } ? pad(sums, begin: outOfReach.map { _ in 0 }, end: outOfReach) : sums
        return reshape(whole, like: v.x)
    }

    /// For y = (Σ |x|ᵖ)^(1/p): g y^(1-p), which every x of the window shares; 0 where y is.
    fileprivate mutating func normShare(_ v: GradientRules.Elementwise) throws(GradientError) -> String {
        let zero = try number(0)
        let share = emit("Div", [v.g, emit("Pow", [v.y, try number(normExponent - 1)])])
        return emit("Where", [emit("Greater", [v.y, zero]), share, zero])
    }

    /// |x|^(p-1) with the sign of x.
    fileprivate mutating func normSlope(_ v: GradientRules.Elementwise) throws(GradientError) -> String {
        let magnitude = emit("Pow", [emit("Abs", [v.x]), try number(normExponent - 1)])
        return emit("Mul", [emit("Sign", [v.x]), magnitude])
    }

    private var normExponent: Double { Double(node.int("p") ?? 2) }
}
