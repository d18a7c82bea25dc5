internal import ONNXModel

/// How the positions of a sliding kernel lie on its input, one element an axis: output `o` sees the inputs
/// `o * strides - padsBegin + dilations * (0..<kernel)`.
struct ConvolutionGeometry {
    var kernel: [Int]
    var strides: [Int]
    var dilations: [Int]
    var padsBegin: [Int]
    /// Negative where the last inputs are cut off.
    var padsEnd: [Int]
    var groups = 1

    var axes: Range<Int> { kernel.indices }

    /// How far the kernel reaches along an axis, holes included.
    func extent(_ axis: Int) -> Int { (kernel[axis] - 1) * dilations[axis] + 1 }

    var hasUnitStrides: Bool { strides.allSatisfy { $0 == 1 } }
    var hasPads: Bool { (padsBegin + padsEnd).contains { $0 != 0 } }

    /// The attributes of a Conv or ConvTranspose node.
    var attributes: [AttributeProto] {
        [
            .ints("kernel_shape", kernel), .ints("strides", strides), .ints("dilations", dilations), .ints("pads", padsBegin + padsEnd),
            .int("group", groups),
        ]
    }
}

extension RuleContext {
    /// The geometry of a node with the attributes `strides`, `dilations` and `group`, before pads.
    func unpaddedGeometry(kernel: [Int]) throws(GradientError) -> ConvolutionGeometry {
        let ones = [Int](repeating: 1, count: kernel.count)
        let zeros = [Int](repeating: 0, count: kernel.count)
        let geometry = ConvolutionGeometry(
            kernel: kernel, strides: node.ints("strides") ?? ones, dilations: node.ints("dilations") ?? ones, padsBegin: zeros,
            padsEnd: zeros, groups: node.int("group") ?? 1)
        guard geometry.strides.count == kernel.count, geometry.dilations.count == kernel.count, geometry.groups > 0,
            (kernel + geometry.strides + geometry.dilations).allSatisfy({ (1..<1 << 20).contains($0) })
        else { throw unsupported("kernel, strides and dilations do not fit together") }
        return geometry
    }

    /// The attribute `pads`, or zeros.
    func explicitPads(_ geometry: ConvolutionGeometry) throws(GradientError) -> (begin: [Int], end: [Int]) {
        let count = geometry.kernel.count
        let pads = node.ints("pads") ?? [Int](repeating: 0, count: 2 * count)
        guard pads.count == 2 * count, pads.allSatisfy({ (-1 << 20..<1 << 20).contains($0) }) else {
            throw unsupported("its pads do not fit its kernel")
        }
        return (Array(pads[..<count]), Array(pads[count...]))
    }

    /// The geometry of a convolution or pool, its pads resolved.
    ///
    /// - Parameter value: the input, whose axes from 2 on the kernel slides over.
    func geometry(kernel: [Int], slidingOver value: String) throws(GradientError) -> ConvolutionGeometry {
        var geometry = try unpaddedGeometry(kernel: kernel)
        switch node.string("auto_pad") ?? "NOTSET" {
        case "NOTSET": (geometry.padsBegin, geometry.padsEnd) = try explicitPads(geometry)
        case "VALID": break
        case let mode where mode == "SAME_UPPER" || mode == "SAME_LOWER":
            for axis in geometry.axes {
                let total = try samePadding(geometry, axis, of: value)
                let (less, more) = (total / 2, total - total / 2)
                (geometry.padsBegin[axis], geometry.padsEnd[axis]) = mode == "SAME_UPPER" ? (less, more) : (more, less)
            }
        case let mode: throw unsupported("auto_pad \(mode) is not known")
        }
        return geometry
    }

    /// The padding that makes an output of ⌈length / stride⌉ elements.
    private func samePadding(_ geometry: ConvolutionGeometry, _ axis: Int, of value: String) throws(GradientError) -> Int {
        // With stride 1 it does not depend on the length.
        if geometry.strides[axis] == 1 { return geometry.extent(axis) - 1 }
        let length = try fixedLengths(of: value, axes: axis + 2..<axis + 3)[0]
        let outputs = (length + geometry.strides[axis] - 1) / geometry.strides[axis]
        return max((outputs - 1) * geometry.strides[axis] + geometry.extent(axis) - length, 0)
    }
}
