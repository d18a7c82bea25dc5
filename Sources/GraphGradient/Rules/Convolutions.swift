internal import ONNXModel

extension GradientRules {
    /// Convolutions over any number of axes.
    static let convolutions: [String: GradientRule] = [
        "Conv": .backward { context throws(GradientError) in try convolution(&context) },
        "ConvTranspose": .backward { context throws(GradientError) in try transposedConvolution(&context) },
    ]

    private static func convolution(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        let gradient = try context.outputGradient()
        let (x, w) = (try context.input(0), try context.input(1))
        let shape = try context.weightShape(w)
        let geometry = try context.geometry(kernel: Array(shape[2...]), slidingOver: x)
        guard shape[0] % geometry.groups == 0, (geometry.padsBegin + geometry.padsEnd).allSatisfy({ $0 >= 0 }) else {
            throw context.unsupported("its groups or pads do not fit its weights")
        }
        return [
            context.wants(0) ? try context.convolutionInputGradient(gradient, weights: w, shape: shape, geometry, like: x) : nil,
            context.wants(1)
                ? try context.convolutionWeightGradient(input: x, outputGradient: gradient, weightShape: shape, geometry) : nil,
            context.wants(2) ? context.reduceSum(gradient, axes: [0] + geometry.axes.map { $0 + 2 }, keepDimensions: false) : nil,
        ]
    }

    /// The adjoint of a convolution whose output has the shape of X and whose input has that of Y, so the two exchange their roles.
    private static func transposedConvolution(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        var gradient = try context.outputGradient()
        let (x, w) = (try context.input(0), try context.input(1))
        let shape = try context.weightShape(w)
        var geometry = try context.transposedGeometry(kernel: Array(shape[2...]), of: x)
        guard shape[0] % geometry.groups == 0 else { throw context.unsupported("its groups do not fit its weights") }
        let biasGradient =
            context.wants(2) ? context.reduceSum(gradient, axes: [0] + geometry.axes.map { $0 + 2 }, keepDimensions: false) : nil

        // Output padding beyond the kernel's reach receives nothing from X.
        let cut = geometry.padsEnd.map { min($0, 0) }
        if cut.contains(where: { $0 < 0 }) {
            gradient = context.pad(gradient, begin: cut.map { _ in 0 }, end: cut)
            geometry.padsEnd = geometry.padsEnd.map { max($0, 0) }
        }
        return [
            context.wants(0) ? context.emit("Conv", [gradient, w], geometry.attributes) : nil,
            context.wants(1)
                ? try context.convolutionWeightGradient(input: gradient, outputGradient: x, weightShape: shape, geometry) : nil,
            biasGradient,
        ]
    }
}

extension RuleContext {
    fileprivate func weightShape(_ weights: String) throws(GradientError) -> [Int] {
        let shape = try fixedLengths(of: weights, axes: 0..<type(of: weights).rank)
        guard shape.count > 2, shape.allSatisfy({ $0 > 0 }) else { throw unsupported("its weights have the shape \(shape)") }
        return shape
    }

    /// The geometry of the convolution that a ConvTranspose is the adjoint of: it maps Y's axes to exactly X's.
    fileprivate func transposedGeometry(kernel: [Int], of x: String) throws(GradientError) -> ConvolutionGeometry {
        var geometry = try unpaddedGeometry(kernel: kernel)
        let outputPadding = node.ints("output_padding") ?? kernel.map { _ in 0 }
        guard outputPadding.count == kernel.count, outputPadding.allSatisfy({ (0..<1 << 20).contains($0) }) else {
            throw unsupported("output_padding does not fit its kernel")
        }
        let mode = node.string("auto_pad") ?? "NOTSET"
        let isAutomatic = mode == "SAME_UPPER" || mode == "SAME_LOWER"
        guard isAutomatic || node.ints("output_shape") != nil else {
            if mode != "VALID" { (geometry.padsBegin, geometry.padsEnd) = try explicitPads(geometry) }
            for axis in geometry.axes { geometry.padsEnd[axis] -= outputPadding[axis] }
            return geometry
        }
        let spatial = 2..<2 + kernel.count
        let (inputs, outputs) = (try fixedLengths(of: x, axes: spatial), try fixedLengths(of: output(), axes: spatial))
        for axis in geometry.axes {
            let whole = (inputs[axis] - 1) * geometry.strides[axis] + geometry.extent(axis) + outputPadding[axis]
            let total = max(whole - outputs[axis], 0)
            let begin = mode == "SAME_UPPER" ? total / 2 : total - total / 2
            (geometry.padsBegin[axis], geometry.padsEnd[axis]) = (begin, whole - outputs[axis] - begin - outputPadding[axis])
        }
        return geometry
    }
}
