import Datasets
import Foundation
import Reporting
import Tensors
import TestSupport
import Testing

@Suite("compress --measure-layers")
struct LayerMeasurementTests {
    private static let plan = ["--mode", "lossless", "--keep-params", "0.6"]

    /// The select part of the samples of ``Workspace``, which a run without a holdout chooses with seed 0.
    private func writeSelectSamples(of workspace: Workspace, count: Int = 240) throws {
        var generator = SplitMix64(seed: 0)
        let chosen = generator.permutation(of: count).dropFirst(count / 2).prefix(count / 4).sorted()
        let samples = try Samples(count: count, labelledBy: Networks.convolutional(noise: 0))
        try Samples(
            arrays: samples.arrays.map { name, tensor in
                let bytes = tensor.bytes.count / count
                let rows = chosen.flatMap { tensor.bytes[$0 * bytes..<($0 + 1) * bytes] }
                return (name, try Tensor(elementType: tensor.elementType, shape: [chosen.count] + tensor.shape.dropFirst(), bytes: rows))
            }
        ).write(to: workspace.folder.path("select.npz"))
    }

    private func run(_ workspace: Workspace, _ arguments: [String]) throws -> Data {
        let outcome = try Command.run(arguments, in: workspace.folder.path)
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
        return Data(outcome.output.utf8)
    }

    @Test(
        "A layer's figure is that of a model in which it alone was replaced",
        arguments: [["--method", "joint"], ["--method", "svd", "--factor-type", "float16"]])
    func singleLayers(options: [String]) throws {
        let workspace = try Workspace()
        let planned = LayerMeasurementTests.plan + ["--measure-layers"]
        let whole = try JSONDecoder().decode(
            CompressionReport.self, from: run(workspace, Workspace.arguments(planned + options + ["--json"])))
        _ = try run(
            workspace,
            ["calibrate", "model.onnx", "--calibration", "data.npz", "--optimize", "size", "--threads", "1", "--keep-params", "0.6"]
                + options)
        _ = try run(workspace, ["plan", "model.calibration.safetensors"] + planned)
        let verified = try JSONDecoder().decode(
            CompressionReport.self, from: run(workspace, ["verify", "model.plan.json", "small.onnx", "--json"]))
        #expect(verified.layers == whole.layers)

        try writeSelectSamples(of: workspace)
        let changed = whole.layers.filter { $0.form != "dense" }
        #expect(changed.count >= 2 && whole.layers.allSatisfy { ($0.measured != nil) == ($0.form != "dense") })
        let plan = try #require(JSONSerialization.jsonObject(with: workspace.folder.read("model.plan.json")) as? [String: Any])
        let layers = try #require(plan["layers"] as? [[String: Any]])
        for layer in changed {
            let alone = layers.filter { $0["name"] as? String == layer.name }
            let edited = try JSONSerialization.data(withJSONObject: plan.merging(["layers": alone]) { $1 })
            try workspace.folder.write(edited, to: "model.plan.json")
            _ = try run(workspace, ["apply", "model.plan.json", "-o", "alone.onnx"])
            let evaluation = try JSONDecoder().decode(
                EvaluationReport.self,
                from: run(
                    workspace, ["evaluate", "alone.onnx", "--against", "model.onnx", "--data", "select.npz", "--threads", "1", "--json"]))
            let (measured, against) = (try #require(layer.measured), try #require(evaluation.against))
            #expect(measured.samples == 60 && against.difference != 0)
            // Losses of single precision, in batches of other sizes.
            #expect(abs(measured.difference - against.difference) < 1e-6, "\(layer.name)")
            #expect(abs(measured.standardError - against.standardError) < 1e-6, "\(layer.name)")
        }
    }

    @Test("The result is the same without, and a layer whose rank was edited has no figure")
    func sameResult() throws {
        let workspace = try Workspace()
        let arguments = Workspace.arguments(LayerMeasurementTests.plan + ["--json"])
        let plain = try JSONDecoder().decode(CompressionReport.self, from: run(workspace, arguments))
        #expect(plain.layers.allSatisfy { $0.measured == nil })
        let written = try workspace.folder.read("small.onnx")
        _ = try run(workspace, arguments + ["--measure-layers"])
        #expect(try workspace.folder.read("small.onnx") == written)

        _ = try run(workspace, ["calibrate", "model.onnx", "--calibration", "data.npz", "--optimize", "size", "--keep-params", "0.6"])
        _ = try run(workspace, ["plan", "model.calibration.safetensors", "--measure-layers"] + LayerMeasurementTests.plan)
        var plan = try #require(JSONSerialization.jsonObject(with: workspace.folder.read("model.plan.json")) as? [String: Any])
        var layers = try #require(plan["layers"] as? [[String: Any]])
        layers[0]["rank"] = 1
        plan["layers"] = layers
        try workspace.folder.write(JSONSerialization.data(withJSONObject: plan), to: "model.plan.json")
        _ = try run(workspace, ["apply", "model.plan.json", "-o", "edited.onnx"])
        let outcome = try Command.run(["verify", "model.plan.json", "edited.onnx", "--json", "--quiet"], in: workspace.folder.path)
        let verified = try JSONDecoder().decode(CompressionReport.self, from: Data(outcome.output.utf8))
        let edited = layers[0]["name"] as? String
        for layer in verified.layers where layer.form != "dense" { #expect((layer.measured == nil) == (layer.name == edited)) }
    }

    @Test("A run that goes on does not measure again")
    func resumed() throws {
        let workspace = try Workspace(samples: 2000)
        let arguments = Workspace.arguments(["--mode", "lossless", "--keep-params", "0.3", "--measure-layers", "--json"])
        let running = try Command.start(arguments, in: workspace.folder.path)
        // Between them stands which size the layers belong to.
        func entry() -> String? { workspace.entries().first { $0.hasPrefix("layer-") && $0.hasSuffix("-1.safetensors") } }
        let start = ContinuousClock.now
        while entry() == nil, running.process.isRunning {
            try #require(ContinuousClock.now - start < .seconds(120))
            usleep(1000)
        }
        kill(running.process.processIdentifier, SIGKILL)
        try #require(try running.finish().wasKilled)
        // What the run finds there is told from what it would measure.
        let losses = Tensor([Double](repeating: 1000, count: 500))
        let path = workspace.folder.path("small.onnx.work/entries/\(try #require(entry()))")
        try ArrayFileWriter.writeSafetensors(["losses", "divergence", "calibrated", "hits"].map { ($0, losses) }, to: path)
        let report = try JSONDecoder().decode(CompressionReport.self, from: run(workspace, arguments))
        let measured = report.layers.compactMap(\.measured)
        #expect(measured[0].difference > 900 && measured[0].samples == 500)
        #expect(measured.count >= 2 && measured.dropFirst().allSatisfy { abs($0.difference) < 10 })
    }
}
