import Foundation
import ONNXModel
import Reporting
import TestSupport
import Testing

@Suite("jointrank inspect")
struct InspectTests {
    private let folder = try? TemporaryFolder()

    private func inspect(_ model: Model, _ options: String...) throws -> Command.Outcome {
        let folder = try #require(folder)
        try folder.write(model.serialized(), to: "model.onnx")
        return try Command.run(["inspect", "model.onnx"] + options, in: folder.path)
    }

    @Test("Lists a model's layers as text")
    func text() throws {
        let outcome = try inspect(Networks.convolutional())
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors == "")
        #expect(
            outcome.output == """
                model.onnx: opset 13, 14.4 KiB, 3 510 parameters, 8 000 multiply-accumulates
                input image: tensor of float32 [?, 1, 8, 8]
                output scores: tensor of float32 [?, 6]

                layer   op    shape     full rank  saves up to  parameters   MACs  treatable
                conv1   Conv  8x1x3x3           8            4          72  1 152  yes
                conv2   Conv  16x8x3x3         16           13       1 152  4 608  yes
                dense1  Gemm  32x64            32           21       2 048  2 048  yes
                dense2  Gemm  6x32              6            5         192    192  yes

                4 of 4 layers can be factored; they hold 98.7 % of 3 510 parameters

                """)
    }

    @Test("Lists them as JSON, with the reason where one cannot be factored")
    func json() throws {
        var model = try Networks.grouped()
        model.proto.graph.node[0].input[0] = "normal"
        model.proto.graph.node.insert(
            node("ConvTranspose", ["image", "deconvolution.weight"], "normal", .ints("kernel_shape", [1, 1])), at: 0)
        var random = RandomTensors(seed: 5)
        model.proto.graph.initializer.append(TensorProto(name: "deconvolution.weight", try random.normal([8, 8, 1, 1])))
        let outcome = try inspect(model, "--json")
        #expect(outcome.errors == "")
        let report = try JSONDecoder().decode(InspectionReport.self, from: Data(outcome.output.utf8))
        #expect(
            report
                == InspectionReport(
                    model: "model.onnx", opset: 13, bytes: try model.serialized().count, parameters: 24 * 36 + 24 + 6 * 24 + 64,
                    macs: 24 * 36 * 16 + 6 * 24 + 64 * 36,
                    inputs: [.init(name: "image", type: "tensor of float32", shape: [nil, 8, 6, 6])],
                    outputs: [.init(name: "scores", type: "tensor of float32", shape: [nil, 6])],
                    layers: [
                        .init(
                            name: "conv", op: "Conv", shape: [24, 4, 3, 3], groups: 2, fullRank: 12, largestSavingRank: 8, parameters: 864,
                            macs: 864 * 16, treatable: true, reason: nil),
                        .init(
                            name: "dense", op: "Gemm", shape: [6, 24], groups: 1, fullRank: 6, largestSavingRank: 4, parameters: 144,
                            macs: 144, treatable: true, reason: nil),
                        .init(
                            name: "normal", op: "ConvTranspose", shape: [8, 8, 1, 1], groups: 1, fullRank: nil, largestSavingRank: nil,
                            parameters: 64, macs: nil, treatable: false, reason: "no two-factor form yet"),
                    ], operatorsWithoutGradient: []))
    }

    @Test("Names the operators that gradients cannot pass, in the words of a newer operator set")
    func gradients() throws {
        var model = try Networks.perceptron(activation: "Mod")
        for index in model.proto.graph.node.indices where model.proto.graph.node[index].opType == "Mod" {
            model.proto.graph.node[index].input.append(model.proto.graph.node[index].input[0])
            model.proto.graph.node[index].attribute = [.int("fmod", 1)]
        }
        let outcome = try inspect(model, "--json")
        let report = try JSONDecoder().decode(InspectionReport.self, from: Data(outcome.output.utf8))
        #expect(report.operatorsWithoutGradient == [.init(name: "Mod", nodes: 2)])
        #expect(
            try inspect(model).output.hasSuffix(
                "parameters\nno gradient passes these operators (nodes), and layers in front of them stay as they are: Mod (2)\n"))
    }

    @Test("Names from a hostile model stay on their line")
    func hostileNames() throws {
        var model = try Networks.perceptron()
        model.proto.graph.node[0].name = "first\u{1b}[2J\nsecond"
        let outcome = try inspect(model)
        #expect(outcome.exitCode == 0)
        #expect(outcome.output.contains("first\\u{1B}[2J\\nsecond"))
    }
}
