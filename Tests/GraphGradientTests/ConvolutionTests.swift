import ONNXModel
import Testing

@Suite("Convolutions", .enabled(if: ReferencePython.isInstalled, Comment(rawValue: ReferencePython.hint)))
struct ConvolutionTests {
    private func convolution(
        _ x: [Length], _ w: [Length], _ attributes: [AttributeProto] = [], bias: Bool = false, opType: String = "Conv"
    ) -> GradientCase {
        let described = attributes.map {
            "\($0.name) \($0.ints.isEmpty ? $0.s.isEmpty ? "\($0.i)" : String(decoding: $0.s, as: UTF8.self) : "\($0.ints)")"
        }
        let channels: Length = opType == "Conv" ? w[0] : w[1]
        return GradientCase(
            "\(opType) \(x) * \(w) \(described.joined(separator: ", "))", opType, attributes,
            [.variable(x), .variable(w)] + (bias ? [.variable([channels])] : []))
    }

    @Test("Along one axis")
    func alongOneAxis() throws {
        var cases: [GradientCase] = []
        for stride in 1...3 {
            for dilation in 1...2 {
                for pads in [[0, 0], [1, 1], [2, 0], [0, 3]] {
                    cases.append(
                        convolution(
                            [.batch, 2, 8], [3, 2, 3], [.ints("strides", [stride]), .ints("dilations", [dilation]), .ints("pads", pads)]))
                }
            }
            for mode in ["SAME_UPPER", "SAME_LOWER", "VALID"] {
                for kernel in 2...3 {
                    let attributes: [AttributeProto] = [.ints("strides", [stride]), .string("auto_pad", mode)]
                    cases.append(convolution([.batch, 2, 7], [2, 2, .fixed(kernel)], attributes))
                }
            }
        }
        try GradientCheck.expect(cases)
    }

    @Test("Along two axes")
    func alongTwoAxes() throws {
        try GradientCheck.expect([
            convolution([.batch, 3, 5, 4], [2, 3, 1, 1], bias: true),
            convolution([.batch, 3, 5, 4], [2, 3, 1, 1], [.ints("strides", [2, 3])], bias: true),
            convolution([.batch, 2, 3, 3], [2, 2, 1, 1], [.ints("pads", [1, 0, 0, 1])]),
            convolution([.batch, 2, 5, 5], [3, 2, 3, 3], [.ints("pads", [1, 1, 1, 1])], bias: true),
            convolution([.batch, 2, 6, 5], [3, 2, 3, 3], [.ints("pads", [1, 1, 1, 1]), .ints("strides", [2, 2])], bias: true),
            convolution([.batch, 2, 6, 7], [3, 2, 3, 2], [.ints("pads", [0, 1, 2, 0]), .ints("strides", [2, 3])]),
            convolution([.batch, 2, 6, 7], [3, 2, 2, 3], [.ints("dilations", [2, 3]), .ints("pads", [2, 1, 0, 3])]),
            convolution([.batch, 1, 8, 8], [2, 1, 2, 2], [.ints("strides", [3, 3])]),
            convolution([.batch, 2, 4, 4], [2, 2, 2, 2], [.ints("pads", [2, 2, 2, 2])]),
            convolution([.batch, 2, 7, 5], [2, 2, 3, 3], [.string("auto_pad", "SAME_UPPER"), .ints("strides", [2, 2])]),
            convolution([.batch, 2, 6, 5], [2, 2, 3, 2], [.string("auto_pad", "SAME_LOWER"), .ints("strides", [2, 2])]),
            convolution([1, 2, 5, 5], [2, 2, 3, 3]),
            // Far more outputs than inputs: the weight gradient takes another form.
            convolution([.batch, 1, 5, 4], [9, 1, 3, 2], [.ints("pads", [1, 0, 1, 1]), .ints("strides", [2, 1])]),
            convolution([.batch, 2, 3, 3], [2, 2, 3, 3]),
        ])
    }

    @Test("In groups")
    func inGroups() throws {
        try GradientCheck.expect([
            convolution([.batch, 4, 4, 4], [6, 2, 3, 3], [.int("group", 2), .ints("pads", [1, 1, 1, 1])], bias: true),
            convolution([.batch, 4, 5, 4], [4, 2, 3, 3], [.int("group", 2), .ints("pads", [1, 1, 1, 1]), .ints("strides", [2, 2])]),
            convolution([.batch, 6, 4], [3, 2, 2], [.int("group", 3)]),
            convolution([.batch, 3, 4, 4], [3, 1, 3, 3], [.int("group", 3), .ints("pads", [1, 1, 1, 1])], bias: true),
            convolution([.batch, 3, 5, 5], [3, 1, 3, 3], [.int("group", 3), .ints("pads", [0, 1, 0, 1]), .ints("strides", [2, 2])]),
            convolution([.batch, 2, 4, 4], [4, 1, 2, 2], [.int("group", 2)]),
            convolution([.batch, 2, 3, 3], [18, 1, 2, 2], [.int("group", 2)]),
            convolution([.batch, 4, 3, 3], [4, 2, 1, 1], [.int("group", 2)]),
            convolution([.batch, 2, 6], [4, 1, 3], [.int("group", 2), .ints("strides", [2]), .ints("dilations", [2])]),
        ])
    }

    @Test("Along three axes")
    func alongThreeAxes() throws {
        try GradientCheck.expect([
            convolution([.batch, 2, 3, 4, 3], [2, 2, 2, 3, 2], [.ints("pads", [1, 1, 0, 0, 1, 1])], bias: true),
            convolution([.batch, 2, 4, 4, 3], [2, 1, 2, 2, 2], [.ints("strides", [2, 3, 1]), .int("group", 2)]),
        ])
    }

    @Test("Along an axis of unknown length")
    func alongAnAxisOfUnknownLength() throws {
        for stride in 1...2 {
            try GradientCheck.expect([
                convolution([2, 2, .batch], [3, 2, 2], [.ints("strides", [stride]), .ints("pads", [1, 0])]),
                convolution([.batch, 2, 6, .batch], [3, 2, 3, 2], [.ints("strides", [2, stride]), .ints("pads", [1, 1, 1, 1])]),
            ])
        }
    }

    @Test("Transposed")
    func transposed() throws {
        func transposed(_ x: [Length], _ w: [Length], _ attributes: [AttributeProto] = [], bias: Bool = false) -> GradientCase {
            convolution(x, w, attributes, bias: bias, opType: "ConvTranspose")
        }
        let uneven: [AttributeProto] = [.ints("strides", [2, 3]), .ints("output_shape", [6, 10])]
        try GradientCheck.expect([
            transposed([.batch, 2, 4], [2, 3, 3], bias: true),
            transposed([.batch, 2, 4], [2, 3, 3], [.ints("strides", [2])]),
            transposed([.batch, 2, 4], [2, 3, 3], [.ints("strides", [3]), .ints("output_padding", [2]), .ints("pads", [1, 0])]),
            transposed([.batch, 2, 4], [2, 3, 3], [.ints("strides", [3]), .ints("output_padding", [1]), .ints("pads", [0, 2])]),
            transposed([.batch, 2, 4], [2, 3, 2], [.ints("strides", [2]), .ints("dilations", [3]), .ints("output_padding", [1])]),
            transposed(
                [.batch, 2, 3, 4], [2, 2, 3, 3],
                [.ints("strides", [2, 2]), .ints("pads", [1, 1, 1, 1]), .ints("output_padding", [1, 1])], bias: true),
            transposed([.batch, 2, 3, 3], [2, 2, 2, 2], [.ints("strides", [2, 2])], bias: true),
            transposed(
                [.batch, 2, 3, 4], [2, 2, 3, 2], [.ints("strides", [2, 1]), .ints("dilations", [1, 2]), .ints("pads", [0, 1, 1, 0])]),
            transposed([.batch, 2, 3, 4], [2, 2, 3, 3], uneven + [.string("auto_pad", "SAME_UPPER")]),
            transposed([.batch, 2, 3, 4], [2, 2, 3, 3], uneven + [.string("auto_pad", "SAME_LOWER")]),
            // The reference evaluator does not distribute pads unless auto_pad says how; the specification takes the same way for both.
            transposed([.batch, 2, 3, 4], [2, 2, 3, 3], uneven)
                .judged(by: "ConvTranspose", uneven + [.string("auto_pad", "SAME_LOWER")]),
            transposed([.batch, 2, 3, 4], [2, 2, 3, 3], [.ints("strides", [2, 3]), .ints("output_shape", [8, 12])]),
            transposed([.batch, 2, 3, 4], [2, 2, 3, 3], [.ints("strides", [2, 2]), .string("auto_pad", "SAME_UPPER")]),
            transposed([.batch, 2, 3, 4], [2, 2, 3, 3], [.ints("strides", [2, 2]), .string("auto_pad", "SAME_LOWER")]),
            transposed([.batch, 2, 3, 4], [2, 2, 2, 3], [.ints("strides", [2, 2]), .string("auto_pad", "VALID")]),
            transposed([.batch, 2, 2, 3, 2], [2, 2, 2, 2, 3], [.ints("strides", [1, 2, 1])]),
        ])
    }

    @Test("Transposed in groups")
    func transposedInGroups() throws {
        // The reference evaluator cannot do groups: it is given one node for each.
        try GradientCheck.expect(
            [(groups: 2, perGroup: 1), (groups: 2, perGroup: 2), (groups: 4, perGroup: 1)].map { groups, perGroup in
                let geometry: [AttributeProto] = [.ints("strides", [2, 1]), .ints("pads", [1, 0, 0, 1])]
                var oracle = [
                    NodeProto("Split", ["x0"], (0..<groups).map { "x0.\($0)" }, [.int("axis", 1), .int("num_outputs", groups)]),
                    NodeProto("Split", ["x1"], (0..<groups).map { "x1.\($0)" }, [.int("axis", 0), .int("num_outputs", groups)]),
                ]
                oracle += (0..<groups).map { NodeProto("ConvTranspose", ["x0.\($0)", "x1.\($0)"], ["y0.\($0)"], geometry) }
                oracle.append(NodeProto("Concat", (0..<groups).map { "y0.\($0)" }, ["y0"], [.int("axis", 1)]))
                return convolution(
                    [.batch, 4, 3, 3], [4, .fixed(perGroup), 3, 2], geometry + [.int("group", groups)], opType: "ConvTranspose"
                ).judged(by: oracle)
            })
    }
}
