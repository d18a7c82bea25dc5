import GraphGradient
import ONNXModel
import Tensors
import Testing

/// What the rules of layers cannot take is refused with a reason, and nothing that a file may hold stops the program.
@Suite("Refused layers")
struct LayerRefusalTests {
    private func obstacle(
        _ opType: String, _ attributes: [AttributeProto] = [], _ shapes: [[Dimension]], constants: [String: Tensor] = [:],
        output: [Dimension]? = nil
    ) -> String? {
        let names = shapes.indices.map { "x\($0)" } + constants.keys.sorted()
        var types = Dictionary(uniqueKeysWithValues: zip(names, shapes.map { TensorType(.float32, $0) }))
        types["y"] = TensorType(.float32, output ?? shapes[0])
        let pass = BackwardPass(nodes: [NodeProto(opType, names, ["y"], attributes)], types: types, constants: constants)
        guard case .unsupported(_, _, let reason) = pass.obstacles(towards: ["y"])["x0"] else { return nil }
        return reason
    }

    private let map: [Dimension] = [.dynamic, .fixed(2), .fixed(6), .fixed(6)]
    private let weights: [Dimension] = [.fixed(3), .fixed(2), .fixed(3), .fixed(3)]

    @Test("Forms without a rule")
    func formsWithoutARule() {
        let channels: [Dimension] = [.fixed(2)]
        let batch = [map, channels, channels, channels, channels]
        #expect(obstacle("BatchNormalization", [.int("training_mode", 1)], batch) == "it runs in training mode")
        let training = ["z": Tensor(scalar: Float(0.5)), "zz": Tensor(scalar: true)]
        #expect(obstacle("Dropout", [], [map], constants: training) == "it may run in training mode")
        #expect(obstacle("MaxPool", [.int("storage_order", 1)], [map]) == "storage_order is column-major")
        #expect(obstacle("Resize", [.int("antialias", 1)], [map]) == "antialias is not supported")
        let crop: [AttributeProto] = [.string("coordinate_transformation_mode", "tf_crop_and_resize")]
        let larger: [Dimension] = [.dynamic, .fixed(2), .fixed(12), .fixed(12)]
        let scales = ["z": Tensor([Float(1)]), "zz": Tensor([Float(1), 1, 2, 2])]
        #expect(
            obstacle("Resize", crop, [map], constants: scales, output: larger)
                == "coordinate_transformation_mode tf_crop_and_resize is not supported")
        #expect(obstacle("Resize", [], [map], output: larger) == "its scales are not constant")
        #expect(obstacle("Gelu", [.string("approximate", "cubic")], [map]) == "the approximation cubic is not known")
    }

    @Test("Lengths that are not known")
    func lengthsThatAreNotKnown() {
        let unknown: [Dimension] = [.dynamic, .fixed(2), .dynamic, .dynamic]
        let same: [AttributeProto] = [.string("auto_pad", "SAME_UPPER"), .ints("strides", [2, 2])]
        #expect(obstacle("Conv", same, [unknown, weights]) == "axis 2 of 'x0' has no fixed length")
        #expect(obstacle("AveragePool", [.ints("kernel_shape", [2, 2])], [unknown]) == "axis 2 of 'x0' has no fixed length")
        #expect(obstacle("Conv", [], [map, unknown]) == "axis 0 of 'x1' has no fixed length")
    }

    @Test("Attributes that do not fit")
    func attributesThatDoNotFit() {
        let misfit = "kernel, strides and dilations do not fit together"
        #expect(obstacle("Conv", [.ints("strides", [1])], [map, weights]) == misfit)
        #expect(obstacle("Conv", [.ints("strides", [0, 1])], [map, weights]) == misfit)
        #expect(obstacle("Conv", [.ints("dilations", [.max, .max])], [map, weights]) == misfit)
        #expect(obstacle("Conv", [.int("group", 0)], [map, weights]) == misfit)
        #expect(obstacle("Conv", [.int("group", 2)], [map, weights]) == "its groups or pads do not fit its weights")
        #expect(obstacle("Conv", [.ints("pads", [.min, 0, 0, 0])], [map, weights]) == "its pads do not fit its kernel")
        #expect(obstacle("Conv", [.string("auto_pad", "ANY")], [map, weights]) == "auto_pad ANY is not known")
        let huge: [Dimension] = [.fixed(.max), .fixed(.max), .fixed(.max), .fixed(.max)]
        #expect(obstacle("Conv", [], [map, huge]) == "axis 0 of 'x1' has the length \(Int.max)")
        #expect(
            obstacle("ConvTranspose", [.ints("output_padding", [.max, 1])], [map, weights]) == "output_padding does not fit its kernel")
        #expect(obstacle("AveragePool", [.ints("kernel_shape", [.max, .max])], [map]) == "its window is too large")
        #expect(obstacle("AveragePool", [.ints("kernel_shape", [2])], [map]) == "kernel_shape does not fit its input")
        let negative: [AttributeProto] = [.ints("kernel_shape", [2, 2]), .ints("pads", [0, 0, -9, -9]), .int("count_include_pad", 1)]
        #expect(obstacle("AveragePool", negative, [map]) == "its pads are negative")
        let rounded: [AttributeProto] = [.ints("kernel_shape", [2, 2]), .int("ceil_mode", 1)]
        let vast: [Dimension] = [.dynamic, .fixed(2), .fixed(1 << 39), .fixed(1 << 39)]
        #expect(obstacle("AveragePool", rounded, [vast]) == "its output is too large")
        #expect(obstacle("LRN", [.int("size", .max)], [[.dynamic, .fixed(1 << 30), .fixed(2)]]) == "it has too many channels")
        #expect(obstacle("MatMul", [], [[], [.fixed(2)]]) == "an operand has no axes")
        #expect(obstacle("Softmax", [.int("axis", 9)], [map]) == "axis 9 is out of range for 4 axes")
    }
}
