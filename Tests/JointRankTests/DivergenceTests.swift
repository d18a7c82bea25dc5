import Datasets
import Foundation
import ONNXModel
import OnnxRuntimeEngine
import Reporting
import Tensors
import TestSupport
import Testing

@Suite("Divergence from what the original says")
struct DivergenceTests {
    private static let options = ["--loss", "divergence", "--mode", "lossless", "--keep-params", "0.6"]

    /// Without labels.
    private func workspace() throws -> Workspace {
        let workspace = try Workspace(samples: 240)
        let images = try Dataset(path: workspace.folder.path("data.npz"), arrays: ["image"]).batch(Array(0..<240))
        try ArrayFileWriter.writeNPZ(images.map { ($0.key, $0.value) }, to: workspace.folder.path("data.npz"))
        return workspace
    }

    private func probabilities(_ model: String, _ workspace: Workspace) throws -> [[Double]] {
        let images = try Dataset(path: workspace.folder.path("data.npz")).batch(Array(0..<240))
        let scores = try #require(try Session(model: workspace.folder.read(model)).run(images)["scores"])
        let values = (scores.elements(as: Float.self) ?? []).map { exp(Double($0)) }
        return stride(from: 0, to: values.count, by: 6).map { row in
            let own = values[row..<row + 6]
            return own.map { $0 / own.reduce(0, +) }
        }
    }

    @Test("Without labels a model is made smaller, and what evaluate says of it is what float64 makes of both models' scores")
    func compression() throws {
        let workspace = try workspace()
        let report = try workspace.report(DivergenceTests.options)
        #expect(Double(report.parameters.after) <= 0.6 * Double(report.parameters.before))
        let holdout = try #require(report.holdout)
        #expect(abs(holdout.loss.before) < 1e-6 && holdout.loss.after > 1e-4)
        #expect(holdout.metric.map { ($0.name, $0.before) } ?? ("", 0) == ("top-1 agreement", 1))
        #expect(report.verdict == "not-met")

        let arguments = ["evaluate", "small.onnx", "--data", "data.npz", "--loss", "divergence", "--json", "--quiet"]
        let outcome = try Command.run(arguments + ["--against", "model.onnx"], in: workspace.folder.path)
        let evaluation = try JSONDecoder().decode(EvaluationReport.self, from: Data(outcome.output.utf8))
        let (before, after) = (try probabilities("model.onnx", workspace), try probabilities("small.onnx", workspace))
        let divergences = zip(before, after).map { wanted, own in zip(wanted, own).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) } }
        #expect(abs(evaluation.loss - divergences.reduce(0, +) / 240) < 1e-5)
        let agreeing = zip(before, after).count { wanted, own in
            wanted.firstIndex(of: wanted.max() ?? 0) == own.firstIndex(of: own.max() ?? 0)
        }
        #expect(evaluation.metrics.first?.value == Double(agreeing) / 240)
        try workspace.expectFailure(
            arguments, exitCode: 64, "--loss divergence is that from another model's answers: name it with --against")
    }

    @Test("A tolerance bounds the divergence; without one, or a size, nothing could be found")
    func tolerance() throws {
        let workspace = try workspace()
        let report = try workspace.report("--loss", "divergence", "--mode", "lossless", "--tolerance", "0.1")
        #expect(report.verdict == "acceptable" && report.parameters.after < report.parameters.before)
        #expect(try #require(report.holdout).loss.upperBound95 <= 0.1)
        for options in [
            ["--mode", "lossless"], ["--mode", "compact"], ["--mode", "compact", "--keep-params", "0.9"],
            ["--mode", "lossless", "--tolerance", "0"],
        ] {
            try workspace.expectFailure(
                Workspace.arguments(["--loss", "divergence"] + options), exitCode: 64,
                "--loss divergence needs a --tolerance above 0, or a size and --mode lossless")
        }
    }

    @Test("Stage by stage, the bytes are the same")
    func stages() throws {
        let workspace = try workspace()
        _ = try workspace.report(DivergenceTests.options)
        func run(_ arguments: String...) throws {
            let outcome = try Command.run(arguments, in: workspace.folder.path)
            try #require(outcome.exitCode == 0, "\(outcome.errors)")
        }
        try run(
            "calibrate", "model.onnx", "--calibration", "data.npz", "--loss", "divergence", "--threads", "1", "--optimize", "size",
            "--quiet",
            "-o", "model.calibration.safetensors")
        try run("plan", "model.calibration.safetensors", "--mode", "lossless", "--keep-params", "0.6", "--quiet", "-o", "plan.json")
        try run("apply", "plan.json", "-o", "staged.onnx")
        #expect(try workspace.folder.read("staged.onnx") == workspace.folder.read("small.onnx"))
    }

    @Test("Models that are compared read what each of them takes")
    func otherInputs() throws {
        let workspace = try workspace()
        var wider = try Model.load(from: workspace.folder.path("model.onnx"))
        wider.proto.graph.input.append(value("unused", [nil, 2]))
        try workspace.folder.write(wider.serialized(), to: "wider.onnx")
        let images = try Dataset(path: workspace.folder.path("data.npz")).batch(Array(0..<240))
        let unused = try Tensor(shape: [240, 2], [Float](repeating: 1, count: 480))
        try ArrayFileWriter.writeNPZ(images.map { ($0.key, $0.value) } + [("unused", unused)], to: workspace.folder.path("data.npz"))
        for (model, other) in [("model.onnx", "wider.onnx"), ("wider.onnx", "model.onnx")] {
            let outcome = try Command.run(
                ["evaluate", model, "--data", "data.npz", "--loss", "divergence", "--against", other, "--json", "--quiet"],
                in: workspace.folder.path)
            try #require(outcome.exitCode == 0, "\(outcome.errors)")
            let evaluation = try JSONDecoder().decode(EvaluationReport.self, from: Data(outcome.output.utf8))
            #expect(abs(evaluation.loss) < 1e-6)
        }
    }

    @Test("A model that gives no scores is refused")
    func noScores() throws {
        let workspace = try workspace()
        let none = Tensor([0] as [Int64])
        let empty = model(
            graph(
                [node("Slice", ["image", "none", "none"], "nothing"), node("Flatten", ["nothing"], "scores")], [("none", none)],
                inputs: [value("image", [nil, 1, 8, 8])], outputs: [value("scores", [nil, nil])]))
        try workspace.folder.write(empty.serialized(), to: "model.onnx")
        try workspace.expectFailure(
            Workspace.arguments(DivergenceTests.options), exitCode: 65, "gives scores of shape [0, 64] for 8 samples, which are too few")
    }
}
