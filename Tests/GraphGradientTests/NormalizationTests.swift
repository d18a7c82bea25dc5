import ONNXModel
import Tensors
import Testing

@Suite("Normalizations", .enabled(if: ReferencePython.isInstalled, Comment(rawValue: ReferencePython.hint)))
struct NormalizationTests {
    @Test("By given statistics")
    func byGivenStatistics() throws {
        try GradientCheck.expect(
            [[.batch, 3, 4, 2], [.batch, 3, 5], [.batch, 3]].flatMap { (shape: [Length]) in
                [[], [.float("epsilon", 0.1)]].map { (attributes: [AttributeProto]) in
                    GradientCase(
                        "BatchNormalization \(shape) \(attributes.count)", "BatchNormalization", attributes,
                        [.variable(shape), .variable(3), .variable(3), .variable(3), .variable([3], 0.5...2)])
                }
            })
    }

    @Test("Dropout at inference")
    func dropoutAtInference() throws {
        try GradientCheck.expect([
            GradientCase("Dropout", "Dropout", [], [.variable(.batch, 4)]),
            GradientCase("Dropout, told so", "Dropout", [], [.variable(.batch, 4), .scalar(0.5), .constant(Tensor(scalar: false))]),
        ])
    }

    @Test("By the statistics of each map")
    func byTheStatisticsOfEachMap() throws {
        try GradientCheck.expect([
            GradientCase("InstanceNormalization", "InstanceNormalization", [], [.variable(.batch, 2, 3, 4), .variable(2), .variable(2)]),
            GradientCase(
                "InstanceNormalization 1-D", "InstanceNormalization", [.float("epsilon", 0.01)],
                [.variable(.batch, 3, 5), .variable(3), .variable(3)]),
        ])
    }

    @Test("By the statistics of the last axes")
    func byTheStatisticsOfTheLastAxes() throws {
        try GradientCheck.expect([
            GradientCase("LayerNormalization", "LayerNormalization", [], [.variable(.batch, 3, 5), .variable(5), .variable(5)]),
            GradientCase(
                "LayerNormalization from axis 1", "LayerNormalization", [.int("axis", 1), .float("epsilon", 0.01)],
                [.variable(.batch, 3, 5), .variable(3, 5), .variable(3, 5)]),
            GradientCase(
                "LayerNormalization without bias", "LayerNormalization", [.int("axis", -1)], [.variable(.batch, 6), .variable(6)]),
        ])
    }

    @Test("By neighbouring channels")
    func byNeighbouringChannels() throws {
        // The reference evaluator goes through as many channels as there are samples, and ONNX Runtime takes odd sizes only.
        let channels = Length.fixed(GradientCase.batch)
        try GradientCheck.expect(
            [1, 3, 5, 9].map { size in
                GradientCase(
                    "LRN \(size)", "LRN", [.int("size", size), .float("alpha", 0.5), .float("beta", 0.6), .float("bias", 1.5)],
                    [.variable(.batch, channels, 2, 3)])
            })
    }

    @Test("To probabilities")
    func toProbabilities() throws {
        let shapes: [(shape: [Length], axes: [Int?])] = [
            ([.batch, 5], [nil, 0, 1]), ([.batch, 3, 4], [nil, 1, -2]), ([2, .batch], [0, 1]),
        ]
        try GradientCheck.expect(
            ["Softmax", "LogSoftmax"].flatMap { opType in
                shapes.flatMap { shape, axes in
                    axes.map { axis in
                        GradientCase(
                            "\(opType) \(shape) \(axis.map(String.init) ?? "last")", opType, axis.map { [.int("axis", $0)] } ?? [],
                            [.variable(shape, -3...3)])
                    }
                }
            })
    }

    @Test("Gated activations")
    func gatedActivations() throws {
        try GradientCheck.expect([
            GradientCase("PRelu, one slope", "PRelu", [], [.variable(.batch, 3, 4), .variable(1)]),
            GradientCase("PRelu, a slope a channel", "PRelu", [], [.variable(.batch, 3, 2, 2), .variable(3, 1, 1)]),
            GradientCase("PRelu, a slope an element", "PRelu", [], [.variable(.batch, 3), .variable(3)]),
            GradientCase("Gelu", "Gelu", [], [.variable([.batch, 9], -4...4)], opset: 20),
            GradientCase("Gelu by tanh", "Gelu", [.string("approximate", "tanh")], [.variable([.batch, 9], -4...4)], opset: 20),
        ])
    }
}
