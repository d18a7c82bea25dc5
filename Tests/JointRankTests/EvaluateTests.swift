import Datasets
import Foundation
import ONNXModel
import OnnxRuntimeEngine
import Reporting
import Tensors
import TestSupport
import Testing

@Suite("jointrank evaluate")
struct EvaluateTests {
    private func evaluate(_ workspace: Workspace, _ options: String...) throws -> Command.Outcome {
        try Command.run(["evaluate", "model.onnx", "--data", "data.npz", "--quiet"] + options, in: workspace.folder.path)
    }

    @Test("Measures what a float64 computation on the model's scores gives")
    func measures() throws {
        let workspace = try Workspace(Networks.convolutional(), labelledBy: Networks.convolutional(noise: 0), samples: 100)
        let outcome = try evaluate(workspace, "--json")
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors == "")
        let report = try JSONDecoder().decode(EvaluationReport.self, from: Data(outcome.output.utf8))

        let arrays = Dictionary(
            uniqueKeysWithValues: try Samples(count: 100, labelledBy: Networks.convolutional(noise: 0)).arrays.map { ($0.name, $0.tensor) })
        let session = try Session(model: Networks.convolutional().serialized())
        let image = try #require(arrays["image"])
        let scores = try #require(try session.run(["image": image])["scores"]?.elements(as: Float.self))
        let labels = try #require(arrays["labels"]?.elements(as: Int64.self))
        let losses = labels.enumerated().map { sample, label -> Double in
            let row = scores[sample * 6..<sample * 6 + 6].map { Double($0) }
            return log(row.reduce(0) { $0 + exp($1) }) - row[Int(label)]
        }
        let mean = losses.reduce(0, +) / 100
        let variance = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 99
        let hits = labels.enumerated().count { sample, label in
            let row = scores[sample * 6..<sample * 6 + 6]
            return row.max() == row[sample * 6 + Int(label)]
        }
        #expect(report.samples == 100)
        #expect(abs(report.loss - mean) < 1e-5)
        #expect(abs(report.lossStandardError - (variance / 100).squareRoot()) < 1e-5)
        #expect(report.metrics.first == .init(name: "top-1", value: Double(hits) / 100))
        #expect(report.against == nil)
        // The same as text.
        #expect(try evaluate(workspace).output == report.text() + "\n")
    }

    @Test("A model differs from itself by exactly nothing")
    func againstItself() throws {
        let workspace = try Workspace(samples: 50)
        let outcome = try evaluate(workspace, "--against", "model.onnx", "--json")
        let against = try #require(try JSONDecoder().decode(EvaluationReport.self, from: Data(outcome.output.utf8)).against)
        #expect(against.difference == 0)
        #expect(against.standardError == 0)
        #expect(against.upperBound95 == 0)
    }

    @Test("A model against a better one")
    func againstAnother() throws {
        let workspace = try Workspace(samples: 200)
        try workspace.folder.write(Networks.convolutional(noise: 0).serialized(), to: "clean.onnx")
        let outcome = try evaluate(workspace, "--against", "clean.onnx", "--json")
        let report = try JSONDecoder().decode(EvaluationReport.self, from: Data(outcome.output.utf8))
        let against = try #require(report.against)
        #expect(against.metrics.first?.value == 1)
        #expect(try #require(report.metrics.first).value < 1)
        #expect(abs(against.difference - (report.loss - against.loss)) < 1e-12)
        #expect(against.upperBound95 > against.difference)
        let accuracy = try #require(against.accuracy)
        #expect(accuracy.before == 1 && accuracy.after == report.metrics.first?.value)
        // The other model is always right: where the answers differ, this one is wrong.
        #expect(against.disagreement == -accuracy.difference)
        #expect(accuracy.fallUpperBound95 > -accuracy.difference)
    }

    /// The network ends in `scores`; scaled, it says the same, less or more surely.
    private func scaled(by factor: Float) throws -> Model {
        var network = try Networks.convolutional()
        network.proto.graph.node[network.proto.graph.node.count - 1].output[0] = "unscaled"
        network.proto.graph.node.append(node("Mul", ["unscaled", "factor"], "scores"))
        network.proto.graph.initializer.append(TensorProto(name: "factor", Tensor(scalar: factor)))
        return network
    }

    @Test("Softer logits are not taken for better ones")
    func softerLogits() throws {
        let workspace = try Workspace(samples: 200)
        try workspace.folder.write(scaled(by: 0.5).serialized(), to: "softer.onnx")
        let arguments = ["evaluate", "softer.onnx", "--data", "data.npz", "--against", "model.onnx", "--quiet"]
        let outcome = try Command.run(arguments + ["--json"], in: workspace.folder.path)
        #expect(outcome.exitCode == 0 && outcome.errors == "")
        let report = try JSONDecoder().decode(EvaluationReport.self, from: Data(outcome.output.utf8))
        let against = try #require(report.against)
        #expect(against.difference < -0.1)
        let calibrated = try #require(against.calibrated)
        #expect(abs(calibrated.difference) < 1e-4 && calibrated.before < against.loss)
        #expect(abs(calibrated.temperatures.before / calibrated.temperatures.after - 2) < 1e-3)
        #expect(against.disagreement == 0)
        let accuracy = try #require(against.accuracy)
        #expect(accuracy.name == "top-1" && accuracy.difference == 0 && accuracy.standardError == 0)
        #expect(accuracy.before == against.metrics.first?.value && accuracy.after == report.metrics.first?.value)
        #expect(abs(accuracy.fallUpperBound95 - 0.02) < 0.001)
        let text = try Command.run(arguments, in: workspace.folder.path).output
        #expect(text == report.text() + "\n")
        for part in [
            "\ntop-1 +0.00 pp +- 0.00, falls by at most 2.0", "\ncalibrated loss ", " (temperatures ", "\npredictions changed 0.00 %",
            "\nsofter logits, not better ones: temperature ",
        ] { #expect(text.contains(part), "\(text)") }
    }

    @Test("Bytes are transformed channel by channel")
    func transform() throws {
        let workspace = try Workspace(samples: 20)
        var random = RandomTensors(seed: 9)
        let bytes = try Tensor(shape: [20, 1, 8, 8], (0..<20 * 64).map { _ in UInt8.random(in: 0...255, using: &random) })
        let labels = Tensor((0..<20).map { Int64($0 % 6) })
        try Samples(arrays: [("image", bytes), ("labels", labels)]).write(to: workspace.folder.path("bytes.npz"))
        let floats = (bytes.elements(as: UInt8.self) ?? []).map { (Float($0) * 0.25 - 3) / 2 }
        try Samples(arrays: [("image", Tensor(shape: bytes.shape, floats)), ("labels", labels)]).write(
            to: workspace.folder.path("data.npz"))
        let onBytes = try Command.run(
            ["evaluate", "model.onnx", "--data", "bytes.npz", "--quiet", "--json", "--scale", "0.25", "--mean", "3", "--std", "2"],
            in: workspace.folder.path)
        let expected = try evaluate(workspace, "--json")
        #expect(onBytes.output == expected.output.replacing("data.npz", with: "bytes.npz"))
        #expect(onBytes.exitCode == 0)
    }

    @Test("A mean may be negative")
    func negativeMean() throws {
        let workspace = try Workspace(samples: 20)
        let bytes = try Tensor(shape: [20, 1, 8, 8], [UInt8](repeating: 1, count: 20 * 64))
        try Samples(arrays: [("image", bytes), ("labels", Tensor([Int64](repeating: 1, count: 20)))])
            .write(to: workspace.folder.path("data.npz"))
        #expect(try evaluate(workspace, "--mean", "-0.5").exitCode == 0)
    }

    @Test("Both data formats give the same")
    func safetensors() throws {
        let workspace = try Workspace(samples: 20)
        let samples = try Samples(count: 20, labelledBy: Networks.convolutional(noise: 0))
        try ArrayFileWriter.writeSafetensors(samples.arrays, to: workspace.folder.path("data.safetensors"))
        let fromSafetensors = try Command.run(
            ["evaluate", "model.onnx", "--data", "data.safetensors", "--quiet"], in: workspace.folder.path)
        #expect(fromSafetensors.exitCode == 0)
        #expect(try fromSafetensors.output == evaluate(workspace).output.replacing("data.npz", with: "data.safetensors"))
    }
}
