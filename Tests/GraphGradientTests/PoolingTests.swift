import ONNXModel
import Testing

@Suite("Pooling", .enabled(if: ReferencePython.isInstalled, Comment(rawValue: ReferencePython.hint)))
struct PoolingTests {
    private func pool(_ opType: String, _ x: [Length], _ kernel: [Int], _ attributes: [AttributeProto] = [], opset: Int = 18)
        -> GradientCase
    {
        let described = attributes.map {
            "\($0.name) \($0.ints.isEmpty ? $0.s.isEmpty ? "\($0.i)" : String(decoding: $0.s, as: UTF8.self) : "\($0.ints)")"
        }
        return GradientCase(
            "\(opType) \(x) \(kernel) \(described.joined(separator: ", "))", opType, [.ints("kernel_shape", kernel)] + attributes,
            [.variable(x)],
            opset: opset)
    }

    /// Geometries that every pool must take.
    private func pools(_ opType: String, _ extra: [AttributeProto] = []) -> [GradientCase] {
        let ceil = AttributeProto.int("ceil_mode", 1)
        return [
            pool(opType, [.batch, 2, 7], [3], extra),
            pool(opType, [.batch, 2, 9], [2], [.ints("strides", [3])] + extra),
            pool(opType, [.batch, 2, 10], [2], [.ints("strides", [3]), ceil] + extra),
            pool(opType, [.batch, 2, 9], [2], [.ints("strides", [3]), ceil] + extra),
            pool(opType, [.batch, 2, 7, 6], [3, 2], [.ints("strides", [2, 2])] + extra),
            pool(opType, [.batch, 2, 6, 6], [3, 3], [.ints("pads", [1, 1, 1, 1])] + extra),
            pool(opType, [.batch, 2, 7, 6], [3, 3], [.ints("strides", [2, 2]), .ints("pads", [1, 0, 1, 2])] + extra),
            pool(opType, [.batch, 2, 7, 6], [3, 2], [.ints("strides", [2, 2]), ceil] + extra),
            pool(opType, [.batch, 2, 7, 6], [3, 3], [.ints("strides", [2, 2]), .ints("pads", [1, 1, 1, 1]), ceil] + extra),
            pool(opType, [.batch, 1, 7, 6], [3, 3], [.ints("strides", [2, 2]), .string("auto_pad", "SAME_UPPER")] + extra),
            pool(opType, [.batch, 1, 7, 6], [3, 2], [.ints("strides", [2, 2]), .string("auto_pad", "VALID")] + extra),
            pool(opType, [.batch, 1, 4, 4, 3], [2, 3, 2], [.ints("strides", [2, 1, 1]), .ints("pads", [0, 1, 1, 0, 1, 0])] + extra),
        ]
    }

    private let lower: [AttributeProto] = [.ints("strides", [2, 2]), .string("auto_pad", "SAME_LOWER")]

    @Test("Largest elements")
    func largestElements() throws {
        let dilated: [AttributeProto] = [.ints("dilations", [2, 3]), .ints("pads", [1, 0, 1, 1])]
        // The reference evaluator rounds the wrong way for SAME_LOWER: it is given the pads.
        let pads: [AttributeProto] = [.ints("kernel_shape", [3, 2]), .ints("strides", [2, 2]), .ints("pads", [1, 0, 1, 0])]
        try GradientCheck.expect(
            pools("MaxPool") + [
                pool("MaxPool", [.batch, 2, 7, 6], [2, 2], dilated),
                pool("MaxPool", [.batch, 1, 7, 6], [3, 2], lower).judged(by: "MaxPool", pads),
                GradientCase("GlobalMaxPool", "GlobalMaxPool", [], [.variable(.batch, 2, 3, 2)]),
                // The reference evaluator gives this a shape of four axes.
                GradientCase("GlobalMaxPool 1-D", "GlobalMaxPool", [], [.variable(.batch, 2, 5)])
                    .judged(by: "MaxPool", [.ints("kernel_shape", [5])]),
            ])
    }

    @Test("Means")
    func means() throws {
        let dilated: [AttributeProto] = [.ints("dilations", [2, 3]), .ints("pads", [1, 0, 1, 1])]
        let withPads = AttributeProto.int("count_include_pad", 1)
        try GradientCheck.expect(
            pools("AveragePool") + pools("AveragePool", [withPads]) + [
                pool("AveragePool", [.batch, 2, 7, 6], [2, 2], dilated, opset: 19),
                pool("AveragePool", [.batch, 2, 7, 6], [2, 2], dilated + [withPads], opset: 19),
                pool("AveragePool", [.batch, 1, 7, 6], [3, 2], lower),
                pool("AveragePool", [.batch, 1, 7, 6], [3, 2], lower + [withPads]),
                pool("AveragePool", [.batch, 2, 6, 4], [2, 2], [.ints("strides", [2, 2])]),
                pool("AveragePool", [.batch, 2, 6, 4], [6, 4]),
                GradientCase("GlobalAveragePool", "GlobalAveragePool", [], [.variable(.batch, 2, 3, 2)]),
                GradientCase("GlobalAveragePool 1-D", "GlobalAveragePool", [], [.variable(2, 2, .batch)]),
            ])
    }

    @Test("Norms")
    func norms() throws {
        try GradientCheck.expect([
            pool("LpPool", [.batch, 2, 7], [3]),
            pool("LpPool", [.batch, 1, 7, 6], [3, 2], [.ints("strides", [2, 2]), .int("p", 3), .ints("pads", [1, 0, 1, 1])]),
            pool("LpPool", [.batch, 1, 5, 6], [3, 2], [.int("p", 1)]),
            // The reference evaluator has no GlobalLpPool.
            GradientCase("GlobalLpPool", "GlobalLpPool", [.int("p", 3)], [.variable(.batch, 2, 3, 2)]).judged(by: [
                NodeProto("LpPool", ["x0"], ["y0"], [.int("p", 3), .ints("kernel_shape", [3, 2])])
            ]),
        ])
    }
}
