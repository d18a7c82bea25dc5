import Datasets
import Foundation
import ONNXModel
import OnnxRuntimeEngine
import Reporting
import TestSupport
import Tensors
import Testing

@Suite("Models in float16")
struct HalfPrecisionTests {
    struct Network: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let model: @Sendable (_ noise: Double) throws -> Model

        /// In float16; float32 data labelled by the same network in float32.
        func workspace(samples: Int = 240) throws -> Workspace {
            try Workspace(model(0.5).rounded(to: .float16), labelledBy: model(0), samples: samples)
        }
    }

    static let networks = [
        Network(testDescription: "matrix products") { try Networks.perceptron(noise: $0) },
        Network(testDescription: "weights in Constant nodes") { try Networks.perceptron(noise: $0, weightsInConstants: true) },
        Network(testDescription: "convolutions") { try Networks.convolutional(noise: $0) },
        Network(testDescription: "convolutions in groups") { try Networks.grouped(noise: $0) },
    ]

    /// What 11 bits lose in every layer's factors and between them; float32 loses a hundredth of it.
    private static let tolerance = 0x1p-6

    private func expectHalf(_ workspace: Workspace, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let models = try ["model.onnx", "small.onnx"].map { try Model.load(from: workspace.folder.path($0)) }
        #expect(models[0].proto.graph.input == models[1].proto.graph.input, sourceLocation: sourceLocation)
        #expect(models[0].proto.graph.output == models[1].proto.graph.output, sourceLocation: sourceLocation)
        let constants = try models[1].proto.graph.node.compactMap { try models[1].constantValue(of: $0)?.elementType }
        let types = models[1].proto.graph.initializer.compactMap(\.elementType) + constants
        #expect(types.contains(.float16) && types.allSatisfy { $0 == .float16 || $0 == .int64 }, sourceLocation: sourceLocation)
    }

    @Test("have layers that can be factored", arguments: networks)
    func inspected(_ network: Network) throws {
        let workspace = try network.workspace(samples: 24)
        let outcome = try Command.run(["inspect", "model.onnx", "--json"], in: workspace.folder.path)
        #expect(outcome.exitCode == 0 && outcome.errors == "")
        let report = try JSONDecoder().decode(InspectionReport.self, from: Data(outcome.output.utf8))
        #expect(report.layers.count >= 2 && report.layers.allSatisfy(\.treatable))
        #expect(report.inputs.allSatisfy { $0.type == "tensor of float16" })
    }

    @Test("are compressed to files of the same types, about as far as in float32", arguments: networks)
    func compressed(_ network: Network) throws {
        let workspace = try network.workspace()
        let report = try workspace.report("--mode", "lossless", "--keep-params", "0.7")
        #expect(Double(report.parameters.after) <= 0.7 * Double(report.parameters.before))
        try expectHalf(workspace)
        let wide = try Workspace(network.model(0.5), labelledBy: network.model(0)).report("--mode", "lossless", "--keep-params", "0.7")
        let losses = try [report, wide].map { try #require($0.holdout).loss }
        // The same samples; what float16 changes is small against the losses' differences from sample to sample.
        #expect(abs(losses[0].before - losses[1].before) < 0.01)
        #expect(abs(losses[0].difference - losses[1].difference) < 0.03)
    }

    @Test("at full rank compute the same within half precision", arguments: networks)
    func fullRank(_ network: Network) throws {
        let workspace = try network.workspace(samples: 40)
        let report = try workspace.report("--force-rank", "*=full")
        #expect(report.layers.allSatisfy { $0.rank == $0.fullRank })
        try expectHalf(workspace)
        let difference = try relativeDifference(workspace.folder.path("small.onnx"), workspace.folder.path("model.onnx"))
        #expect(difference < HalfPrecisionTests.tolerance)
    }

    @Test(
        "are written so that the onnx package and ONNX Runtime take them",
        .enabled(if: ReferencePython.isInstalled, "\(ReferencePython.hint)"), arguments: networks)
    func checked(_ network: Network) throws {
        let workspace = try network.workspace()
        for options in [["--mode", "lossless", "--keep-params", "0.6"], ["--force-rank", "*=full"]] {
            let outcome = try Command.run(Workspace.arguments(options), in: workspace.folder.path)
            #expect(outcome.exitCode == 0 && outcome.errors == "")
            let written = try WrittenModel.checked(
                workspace.folder.path("small.onnx"), against: workspace.folder.path("model.onnx"), data: workspace.folder.path("data.npz"))
            #expect(written.optimised < HalfPrecisionTests.tolerance)
            #expect((written.original < HalfPrecisionTests.tolerance) == options.contains("*=full"))
        }
    }

    @Test("are timed in float16")
    func latency() throws {
        let workspace = try HalfPrecisionTests.networks[2].workspace()
        let outcome = try Command.run(Workspace.arguments(["--optimize", "latency", "--tolerance", "1"]), in: workspace.folder.path)
        #expect((outcome.exitCode == 0 || outcome.exitCode == 3) && outcome.errors == "")
    }

    @Test("are evaluated on float16 and float32 data alike, and beside float32")
    func evaluated() throws {
        let workspace = try HalfPrecisionTests.networks[0].workspace()
        try workspace.folder.write(Networks.perceptron().serialized(), to: "wide.onnx")
        let single = try Dataset(path: workspace.folder.path("data.npz")).batch(Array(0..<240))
        let features = try #require(single["features"])
        let labels = try #require(single["labels"])
        try Samples(arrays: [("features", features.rounded(to: .float16)), ("labels", labels)]).write(to: workspace.folder.path("half.npz"))
        var losses: [Double] = []
        for (model, data) in [("model.onnx", "data.npz"), ("model.onnx", "half.npz"), ("wide.onnx", "data.npz")] {
            let outcome = try Command.run(["evaluate", model, "--data", data, "--quiet", "--json"], in: workspace.folder.path)
            #expect(outcome.exitCode == 0 && outcome.errors == "")
            losses.append(try JSONDecoder().decode(EvaluationReport.self, from: Data(outcome.output.utf8)).loss)
        }
        #expect(losses[0] == losses[1])
        #expect(losses[0] != losses[2] && abs(losses[0] - losses[2]) < 0.01)
    }

    @Test("that start and end in float32 are compressed as well")
    func float32Boundary() throws {
        var model = try Networks.perceptron().rounded(to: .float16)
        model.proto.graph.input = try Networks.perceptron().proto.graph.input
        model.proto.graph.output = try Networks.perceptron().proto.graph.output
        model.proto.graph.node[0].input[0] = "narrow"
        let last = model.proto.graph.node.count - 1
        model.proto.graph.node[last].output = ["wide"]
        model.proto.graph.node.insert(node("Cast", ["features"], "narrow", .int("to", 10)), at: 0)
        model.proto.graph.node.append(node("Cast", ["wide"], "scores", name: "last", .int("to", 1)))
        let workspace = try Workspace(model, labelledBy: Networks.perceptron(noise: 0))
        let report = try workspace.report("--mode", "lossless", "--keep-params", "0.7")
        #expect(Double(report.parameters.after) <= 0.7 * Double(report.parameters.before))
        try expectHalf(workspace)
    }
}
