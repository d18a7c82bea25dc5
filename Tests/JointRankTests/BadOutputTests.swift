import Foundation
import ONNXModel
import TestSupport
import Testing

@Suite("Outputs that cannot be written: exit code 73, one line, no trace")
struct BadOutputTests {
    private let workspace = try? Workspace(samples: 24)

    private func expect(
        _ output: String, _ message: String, options: String..., asOrdinaryUser: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let workspace = try #require(workspace)
        try workspace.expectFailure(
            Workspace.arguments(["--force-rank", "*=2", "-o", output] + options), exitCode: 73, message, asOrdinaryUser: asOrdinaryUser,
            sourceLocation: sourceLocation)
    }

    @Test("Places where no file can be")
    func places() throws {
        try expect("none/small.onnx", "cannot write 'none/small.onnx'")
        try expect("data.npz/small.onnx", "cannot write 'data.npz/small.onnx'")
        try expect("/proc/small.onnx", "cannot write '/proc/small.onnx'")
        try expect(".", "it is a folder")
        try expect("new/", "folder")
        try expect("", "not a possible path")
        try expect("/dev/null", "it is a folder or a device")
        try expect(String(repeating: "a", count: 300) + ".onnx", "too long")
    }

    @Test("A folder that may not be written to", .enabled(if: OrdinaryUser.canRun, "\(OrdinaryUser.hint)"))
    func readOnlyFolder() throws {
        let folder = try #require(workspace).folder
        let closed = folder.path("closed")
        try FileManager.default.createDirectory(atPath: closed, withIntermediateDirectories: false)
        chmod(closed, 0o555)
        try expect("closed/small.onnx", "cannot write 'closed/small.onnx'", asOrdinaryUser: true)
        chmod(folder.path, 0o777)
        try expect("small.onnx", "cannot write the report", options: "--report", "closed/report.json", asOrdinaryUser: true)
    }

    @Test("Files that the run reads, under any path")
    func inputs() throws {
        let folder = try #require(workspace).folder
        try FileManager.default.createSymbolicLink(atPath: folder.path("link.onnx"), withDestinationPath: "model.onnx")
        try FileManager.default.linkItem(atPath: folder.path("model.onnx"), toPath: folder.path("hard.onnx"))
        try FileManager.default.createSymbolicLink(atPath: folder.path("data-link.npz"), withDestinationPath: "data.npz")
        try FileManager.default.copyItem(atPath: folder.path("data.npz"), toPath: folder.path("holdout.npz"))
        for output in ["model.onnx", "./model.onnx", folder.path("model.onnx"), "link.onnx", "hard.onnx"] {
            try expect(output, "the model was read from this file")
        }
        for output in ["data.npz", "./data.npz", "data-link.npz"] { try expect(output, "it is 'data.npz', which this run uses already") }
        try expect("holdout.npz", "it is 'holdout.npz'", options: "--holdout", "holdout.npz")
    }

    @Test("Symbolic links, also those that lead nowhere")
    func links() throws {
        let folder = try #require(workspace).folder
        try folder.write(Data("kept".utf8), to: "other.onnx")
        try FileManager.default.createSymbolicLink(atPath: folder.path("link.onnx"), withDestinationPath: "other.onnx")
        try FileManager.default.createSymbolicLink(atPath: folder.path("dangling.onnx"), withDestinationPath: "nowhere")
        try expect("link.onnx", "it is a symbolic link")
        try expect("dangling.onnx", "it is a symbolic link")
    }

    @Test("Reports that cannot be written stop the run before it starts")
    func reports() throws {
        let folder = try #require(workspace).folder
        try FileManager.default.createSymbolicLink(atPath: folder.path("link.json"), withDestinationPath: "model.onnx")
        for report in ["none/report.json", "data.npz/report.json", "/proc/report.json", ".", ""] {
            try expect("small.onnx", "cannot write the report '\(report)'", options: "--report", report)
        }
        for report in ["model.onnx", "link.json", "data.npz", "small.onnx", "./small.onnx", "small.onnx.data"] {
            try expect("small.onnx", "which this run uses already", options: "--report", report)
        }
    }

    @Test("External data never takes the place of the data that the model was read with")
    func externalData() throws {
        let folder = try #require(workspace).folder
        let (model, data) = try Networks.convolutional().movingWeights(to: "small.onnx.data")
        try folder.write(model.serialized(), to: "model.onnx")
        try folder.write(data, to: "small.onnx.data")
        try expect("small.onnx", "the model was read from this file")
        try expect("small.onnx.data", "the model was read from this file")
    }
}
