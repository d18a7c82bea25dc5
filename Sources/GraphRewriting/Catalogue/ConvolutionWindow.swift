internal import ONNXModel

/// How a convolution's kernel moves over its input; every list has one entry a spatial axis.
package struct ConvolutionWindow: Sendable, Hashable {
    package let strides: [Int]
    package let dilations: [Int]
    package let padsBefore: [Int]
    package let padsAfter: [Int]

    /// nil where the pads depend on the input's size, automatic ones with a stride, and where the attributes do not fit the kernel.
    init?(_ node: NodeProto, kernel: [Int]) {
        let ones = kernel.map { _ in 1 }
        strides = node.ints("strides") ?? ones
        dilations = node.ints("dilations") ?? ones
        guard strides.count == kernel.count, dilations.count == kernel.count else { return nil }
        let possible = 1...Int(Int32.max)
        guard (strides + dilations + kernel).allSatisfy(possible.contains) else { return nil }
        // With stride 1 the output is as long as the input if the pads make up for what the kernel covers beyond one element.
        let surplus = zip(kernel, dilations).map { ($0 - 1) * $1 }
        switch node.string("auto_pad") ?? "" {
        case "SAME_UPPER" where strides == ones:
            padsBefore = surplus.map { $0 / 2 }
            padsAfter = surplus.map { $0 - $0 / 2 }
        case "SAME_LOWER" where strides == ones:
            padsBefore = surplus.map { $0 - $0 / 2 }
            padsAfter = surplus.map { $0 / 2 }
        case "VALID":
            padsBefore = kernel.map { _ in 0 }
            padsAfter = padsBefore
        case "", "NOTSET":
            let pads = node.ints("pads") ?? (kernel + kernel).map { _ in 0 }
            guard pads.count == 2 * kernel.count, pads.allSatisfy({ $0 == 0 || possible.contains($0) }) else { return nil }
            padsBefore = Array(pads.prefix(kernel.count))
            padsAfter = Array(pads.suffix(kernel.count))
        default:
            return nil
        }
    }

    /// The attributes of a convolution that moves along one axis only, in place of one along all.
    func attributes(along axis: Int, kernel: [Int], groups: Int) -> [AttributeProto] {
        func along(_ values: [Int], otherwise other: Int) -> [Int] {
            values.indices.map { $0 == axis ? values[$0] : other }
        }
        return [
            .ints("kernel_shape", along(kernel, otherwise: 1)), .ints("strides", along(strides, otherwise: 1)),
            .ints("dilations", along(dilations, otherwise: 1)),
            .ints("pads", along(padsBefore, otherwise: 0) + along(padsAfter, otherwise: 0)), .int("group", groups),
        ]
    }
}
