import Foundation
import Reporting
import TestSupport
import Tensors
import Testing

@Suite("Folders of images as data")
struct ImageDataTests {
    private static let transform = ["--scale", "0.00392156862745098", "--mean", "0.5", "--std", "0.25"]

    /// A workspace with the same gray images of 8 x 8 in `data.npz` and in folders `images/0` to `images/5`, in one order.
    private func workspace(samples: Int) throws -> Workspace {
        let workspace = try Workspace(samples: 8)
        var random = RandomTensors(seed: 3)
        let images = (0..<samples).map { _ in (0..<64).map { _ in UInt8.random(in: 0...255, using: &random) } }
        let labels = (0..<samples).map { $0 * Networks.classes / samples }
        for (sample, image) in images.enumerated() {
            let folder = workspace.folder.path("images/\(labels[sample])")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let name = "images/\(labels[sample])/" + String(format: "%04d.png", sample)
            try workspace.folder.write(Data(pngImage(width: 8, height: 8, gray: image)), to: name)
        }
        let arrays: [(name: String, tensor: Tensor)] = [
            ("image", try Tensor(shape: [samples, 1, 8, 8], images.flatMap { $0 })), ("labels", Tensor(labels.map { Int64($0) })),
        ]
        try Samples(arrays: arrays).write(to: workspace.folder.path("data.npz"))
        return workspace
    }

    private func evaluate(_ workspace: Workspace, _ data: String, _ options: String...) throws -> EvaluationReport {
        let outcome = try Command.run(
            ["evaluate", "model.onnx", "--data", data, "--quiet", "--json"] + Self.transform + options, in: workspace.folder.path)
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
        return try JSONDecoder().decode(EvaluationReport.self, from: Data(outcome.output.utf8))
    }

    @Test("evaluate measures on a folder what it measures on the array of its pixels")
    func evaluate() throws {
        let workspace = try workspace(samples: 30)
        var fromFolder = try evaluate(workspace, "images")
        fromFolder.data = "data.npz"
        #expect(try fromFolder == evaluate(workspace, "data.npz"))
        // A table instead of the folders' names.
        let names = try FileManager.default.subpathsOfDirectory(atPath: workspace.folder.path("images")).filter { $0.hasSuffix("png") }
        let rows = names.sorted().map { "\($0),\($0.prefix(1))\n" }.joined()
        try workspace.folder.write(Data(rows.utf8), to: "images/labels.csv")
        #expect(try evaluate(workspace, "images").loss == fromFolder.loss)
    }

    @Test("compress calibrates and certifies on folders, and leaves no trace beside its result")
    func compress() throws {
        let workspace = try workspace(samples: 120)
        let before = try workspace.folder.contents().keys
        let fromFolder = try Command.run(
            Workspace.arguments(
                ["--calibration", "images", "--holdout", "images", "--mode", "lossless", "--keep-params", "0.7"] + Self.transform),
            in: workspace.folder.path)
        #expect(fromFolder.exitCode == 0, "\(fromFolder.errors)")
        #expect(try Set(workspace.folder.contents().keys) == Set(before).union(["small.onnx"]))
    }

    @Test("Images that do not fit, and options that say nothing, end in one line")
    func refusals() throws {
        let workspace = try workspace(samples: 12)
        func expect(_ exitCode: Int32, _ message: String, _ options: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
            for command in [Workspace.arguments(["--calibration", "images"]), ["evaluate", "model.onnx", "--quiet", "--data", "images"]] {
                try workspace.expectFailure(command + options, exitCode: exitCode, message, sourceLocation: sourceLocation)
            }
        }
        try expect(65, "it is 7x7 pixels large once it is resized and cropped, but the model's input 'image' takes 8x8", "--resize", "7")
        try expect(65, "too small for --crop 9", "--crop", "9")
        try expect(64, "an image of 0 pixels along a side is impossible", "--resize", "0")
        try expect(64, "'--resize <N|HxW>'", "--resize", "8x")
        try expect(66, "'none.txt': no such file", "--classes", "none.txt")
        try expect(65, "there are values for 3 channels but axis 1 is 1 long", "--mean", "1,2,3")
        try workspace.expectFailure(
            compressing: "--resize", "8", exitCode: 64, "--resize is for folders of images, but 'data.npz' is none")
        try workspace.folder.write(workspace.folder.read("images/0/0000.png").prefix(60), to: "images/0/0000.png")
        try expect(65, "'images/0/0000.png': it is a damaged PNG image")
    }
}
