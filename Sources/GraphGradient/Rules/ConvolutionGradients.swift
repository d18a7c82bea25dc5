internal import ONNXModel

extension RuleContext {
    /// The gradient that a convolution's output gradient sends to its input: the adjoint of the convolution.
    ///
    /// - Parameter input: names the input, whose shape the result has; inputs that no kernel position sees receive zeros.
    mutating func convolutionInputGradient(
        _ gradient: String, weights: String, shape: [Int], _ geometry: ConvolutionGeometry, like input: String
    ) throws(GradientError) -> String {
        // ONNX Runtime's Conv is faster than its ConvTranspose, which covers strides and pads wider than the kernel.
        let begin = geometry.axes.map { geometry.extent($0) - 1 - geometry.padsBegin[$0] }
        let end = geometry.axes.map { geometry.extent($0) - 1 - geometry.padsEnd[$0] }
        if geometry.hasUnitStrides, (begin + end).allSatisfy({ $0 >= 0 }) {
            var adjoint = geometry
            (adjoint.padsBegin, adjoint.padsEnd) = (begin, end)
            return emit("Conv", [gradient, adjointWeights(weights, shape: shape, geometry)], adjoint.attributes)
        }
        // Where strides do not divide the padded length, the kernel does not reach the last inputs.
        let spatial = try type(of: input).shape.dropFirst(2)
        let lengths = spatial.compactMap(\.fixedLength)
        guard lengths.count == geometry.kernel.count else {
            // Lengths that are known at run time only: everything that the kernel reaches, cut or filled up to the input's shape.
            var unpadded = geometry
            unpadded.padsEnd = geometry.padsEnd.map { _ in 0 }
            let reached = emit("ConvTranspose", [gradient, weights], unpadded.attributes)
            let missing = emit("Sub", [emit("Shape", [input]), emit("Shape", [reached])])
            let none = emit("Sub", [missing, missing])
            return emit("Pad", [reached, emit("Concat", [none, missing], [.int("axis", 0)])])
        }
        let outOfReach = geometry.axes.map { axis in
            let room = lengths[axis] + geometry.padsBegin[axis] + geometry.padsEnd[axis] - geometry.extent(axis)
            return max(room, 0) % geometry.strides[axis]
        }
        return emit("ConvTranspose", [gradient, weights], geometry.attributes + [.ints("output_padding", outOfReach)])
    }

    /// Weights of the adjoint convolution: input and output channels of each group exchanged, kernels turned around.
    private mutating func adjointWeights(_ weights: String, shape: [Int], _ geometry: ConvolutionGeometry) -> String {
        let (outputs, inputs, kernel) = (shape[0] / geometry.groups, shape[1], shape[2...])
        var result = weights
        if outputs > 1 || inputs > 1 {
            let grouped = reshape(weights, [geometry.groups, outputs, inputs] + kernel)
            let exchanged = transpose(grouped, [0, 2, 1] + kernel.indices.map { $0 + 1 })
            result = reshape(exchanged, [geometry.groups * inputs, outputs] + kernel)
        }
        let turned = geometry.axes.filter { geometry.kernel[$0] > 1 }
        if turned.isEmpty { return result }
        return slice(
            result, starts: turned.map { _ in -1 }, ends: turned.map { _ in -sliceEnd }, axes: turned.map { $0 + 2 },
            steps: turned.map { _ in -1 })
    }

    /// The gradient of a convolution's weights: for each group, output gradients times what the kernel saw.
    ///
    /// Batch and positions are folded into one axis, so that a product needs no sum over the batch. There is one product for each
    /// element of the kernel, which is twice as fast as copying all that the kernel saw into one matrix; except where the output
    /// gradients, read again by every product, have far more channels than the input.
    mutating func convolutionWeightGradient(
        input: String, outputGradient: String, weightShape shape: [Int], _ geometry: ConvolutionGeometry
    ) throws(GradientError) -> String {
        guard !geometry.kernel.hasProduct(above: 4096) else { throw unsupported("its kernel has more than 4096 elements") }
        let (outputs, inputs) = (shape[0] / geometry.groups, shape[1])
        let channelsFirst = [1, 0] + geometry.axes.map { $0 + 2 }
        let gradientRows = reshape(transpose(outputGradient, channelsFirst), [geometry.groups, outputs, -1])
        let views = kernelViews(of: transpose(input, channelsFirst), geometry)
        if views.count == 1 || outputs > 8 * inputs {
            let channels = geometry.groups * inputs
            let patches = views.count == 1 ? views[0] : emit("Concat", views.map { reshape($0, [channels, 1, -1]) }, [.int("axis", 1)])
            return reshape(product(gradientRows, reshape(patches, [geometry.groups, inputs * views.count, -1])), shape)
        }
        let elements = views.map { view in
            let element = product(gradientRows, reshape(view, [geometry.groups, inputs, -1]))
            return reshape(element, [geometry.groups, outputs, inputs, 1])
        }
        return reshape(emit("Concat", elements, [.int("axis", 3)]), shape)
    }

    /// A Bᵀ for each group.
    private mutating func product(_ a: String, _ b: String) -> String {
        emit("MatMul", [a, transpose(b, [0, 2, 1])])
    }

    /// For each element of the kernel, in row-major order, the inputs that it saw.
    ///
    /// - Parameter value: channels x batch x spatial axes; the views have the output's spatial axes.
    private mutating func kernelViews(of value: String, _ geometry: ConvolutionGeometry) -> [String] {
        let padded = geometry.hasPads ? pad(value, begin: geometry.padsBegin, end: geometry.padsEnd) : value
        var offsets: [[Int]] = [[]]
        for axis in geometry.axes {
            offsets = offsets.flatMap { offset in (0..<geometry.kernel[axis]).map { offset + [$0 * geometry.dilations[axis]] } }
        }
        if geometry.hasUnitStrides, offsets.count == 1 { return [padded] }
        return offsets.map { offset in
            let unread = geometry.axes.map { geometry.extent($0) - 1 - offset[$0] }
            return slice(
                padded, starts: offset, ends: unread.map { $0 == 0 ? sliceEnd : -$0 }, axes: geometry.axes.map { $0 + 2 },
                steps: geometry.strides)
        }
    }

    /// Adds zeros around the axes from 2 on, or cuts off where negative.
    mutating func pad(_ value: String, begin: [Int], end: [Int]) -> String {
        emit("Pad", [value, builder.integers([0, 0] + begin + [0, 0] + end)])
    }

    private mutating func slice(_ value: String, starts: [Int], ends: [Int], axes: [Int], steps: [Int]) -> String {
        emit(
            "Slice",
            [value, builder.integers(starts), builder.integers(ends), builder.integers(axes), builder.integers(steps)])
    }
}

/// A position past the end of any axis.
private let sliceEnd = 1 << 31
