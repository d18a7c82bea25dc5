import Foundation
import ONNXModel
import TestSupport
import Tensors
import Testing

/// A renamed option, a file that no step before has made, or an example that never worked fails here.
@Suite("Documented commands")
struct DocumentedCommandTests {
    /// A workspace with every file that the documentation names, small.
    ///
    /// - Parameters:
    ///   - pixels: whether arrays hold bytes, which is what `--scale` is for.
    ///   - images: whether the model takes colour images, and `valid` holds some.
    ///   - samples: of other models.
    private func workspace(pixels: Bool, images: Bool, samples: Int) throws -> Workspace {
        let workspace =
            images ? try Workspace(colours(noise: 0.5), labelledBy: colours(noise: 0), samples: 8) : try Workspace(samples: samples)
        let folder = workspace.folder
        if pixels { try writePixels(to: folder.path("data.npz"), count: samples) }
        for name in ["out", "valid"] {
            try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: false)
        }
        let (model, data) = (try folder.read("model.onnx"), try folder.read("data.npz"))
        for name in ["small.onnx", "out/compact.onnx", "out/lossless.onnx"] { try folder.write(model, to: name) }
        for name in ["valid.npz", "test.npz", "out/calibration.npz", "out/test.npz"] { try folder.write(data, to: name) }
        try folder.write(Data("print(0.5)\n".utf8), to: "score.py")
        if images { try writeImages(to: folder) }
        return workspace
    }

    /// Times from a device on which factors take next to no time.
    private func writeLatencyTable(to path: String, in workspace: Workspace) throws {
        let outcome = try Command.run(["latency-models", "model.onnx", "-o", "layers", "--quiet"], in: workspace.folder.path)
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
        let list = try #require(JSONSerialization.jsonObject(with: workspace.folder.read("layers/layers.json")) as? [String: Any])
        let keys = try #require(list["models"] as? [[String: Any]]).compactMap { $0["key"] as? String }
        let times = Dictionary(uniqueKeysWithValues: keys.map { ($0, $0.hasSuffix("dense") || $0.hasPrefix("model ") ? 1 : 1e-6) })
        let table: [String: Any] = [
            "schema": "jointrank.latency-table/1", "device": "a device", "batch": 1, "milliseconds": times,
        ]
        try workspace.folder.write(JSONSerialization.data(withJSONObject: table), to: path)
    }

    /// The samples of ``Workspace``, with values as bytes.
    private func writePixels(to path: String, count: Int) throws {
        let samples = try Samples(count: count, labelledBy: Networks.convolutional(noise: 0))
        let image = try #require(samples.arrays.first)
        let values = image.tensor.elements(as: Float.self) ?? []
        let bytes = values.map { UInt8(min(max(128 + 64 * $0, 0), 255)) }
        try samples.replacing(image.name, by: Tensor(shape: image.tensor.shape, bytes)).write(to: path)
    }

    /// Image [3, 224, 224] -> a convolution with long strides -> scores.
    private func colours(noise: Double) throws -> Model {
        var random = RandomTensors(seed: 6)
        return model(
            graph(
                [
                    node("Conv", ["image", "conv.weight"], "conv", .ints("kernel_shape", [4, 4]), .ints("strides", [32, 32])),
                    node("Tanh", ["conv"], "tanh"),
                    node("GlobalAveragePool", ["tanh"], "pool"),
                    node("Flatten", ["pool"], "flat"),
                    node("Gemm", ["flat", "dense.weight"], "scores", name: "dense", .int("transB", 1)),
                ],
                [
                    ("conv.weight", try random.nearlyLowRank([16, 3, 4, 4], rank: 3, noise: noise)),
                    ("dense.weight", try random.normal([Networks.classes, 16], deviation: 4)),
                ],
                inputs: [value("image", [nil, 3, 224, 224])], outputs: [value("scores", [nil, Networks.classes])]))
    }

    /// Eight images of every class, some wide, some high.
    private func writeImages(to folder: TemporaryFolder) throws {
        var random = RandomTensors(seed: 7)
        for number in 0..<8 * Networks.classes {
            let (width, height) = number % 2 == 0 ? (20, 14) : (12, 18)
            let pixels = (0..<width * height).map { _ in UInt8.random(in: 0...255, using: &random) }
            let place = "valid/\(number % Networks.classes)"
            try FileManager.default.createDirectory(atPath: folder.path(place), withIntermediateDirectories: true)
            try folder.write(Data(pngImage(width: width, height: height, gray: pixels)), to: "\(place)/\(number).png")
        }
    }

    /// Leaves what the stages before a stage's command leave, as the README calls them.
    private func runStages(before command: DocumentedText.CommandLine, in workspace: Workspace, _ times: MeasuredTimes) throws {
        let stages = ["calibrate", "plan", "apply", "verify"]
        guard let subcommand = command.arguments?.first, let stage = stages.firstIndex(of: subcommand) else { return }
        for earlier in stages[..<stage] {
            let line = try DocumentedText.commands().first { $0.file == "README.md" && $0.arguments?.first == earlier }
            let outcome = try run(#require(line?.arguments), in: workspace, times)
            #expect(outcome.exitCode == 0, "\(earlier): \(outcome.errors)")
        }
    }

    /// What layers take, where factors take next to no time; measured once, for one of the networks.
    private static let layerTimes: Result<Data, any Error> = Result {
        let (workspace, times) = (try Workspace(), try MeasuredTimes())
        let outcome = try Command.run(
            ["calibrate", "model.onnx", "--calibration", "data.npz", "--quiet"], environment: times.environment, in: workspace.folder.path)
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
        try times.rewrite(dense: 1)
        return try times.folder.read("latency.json")
    }

    /// Runs a command to whom smaller is faster, whatever the stopwatch says of networks that are as small as these.
    private func run(_ arguments: [String], in workspace: Workspace, _ times: MeasuredTimes) throws -> Command.Outcome {
        var outcome = try Command.run(arguments, environment: times.environment, in: workspace.folder.path)
        // What is new to the stopwatch may have been too slow: layers of another network, and models, one after the other.
        for _ in 0..<8 where outcome.exitCode == 3 {
            try times.rewrite(dense: 1)
            outcome = try Command.run(arguments, environment: times.environment, in: workspace.folder.path)
        }
        return outcome
    }

    @Test("are found")
    func found() throws {
        let commands = try DocumentedText.commands()
        for subcommand in ["inspect", "compress", "evaluate", "sensitivity", "frontier"] {
            #expect(commands.contains { $0.file == "README.md" && $0.arguments?.first == subcommand }, "\(subcommand)")
        }
        #expect(Set(commands.map(\.file)).count > 6)
        #expect(commands.contains { $0.text.contains("'python3 score.py --split dev {}'") })
    }

    @Test("do what they say", arguments: try DocumentedText.commands())
    func run(command: DocumentedText.CommandLine) throws {
        // Half a point of accuracy takes many.
        let workspace = try workspace(
            pixels: command.text.contains("--scale"), images: command.text.contains("valid/"),
            samples: command.text.contains("--max-drop") ? 20_000 : command.text.contains("--mode compact") ? 2000 : 240)
        let arguments = try #require(command.arguments)
        if arguments.contains("--latency-table") { try writeLatencyTable(to: "device.json", in: workspace) }
        if arguments.first == "export-factors" { _ = try workspace.compress("--force-rank", "*=3") }
        let times = try MeasuredTimes()
        try times.folder.write(DocumentedCommandTests.layerTimes.get(), to: "latency.json")
        try runStages(before: command, in: workspace, times)
        let outcome = try run(arguments, in: workspace, times)
        #expect(outcome.exitCode == 0, "\(outcome.output)\(outcome.errors)")
    }
}
