import Foundation
import ONNXModel
import TestSupport
import Testing

@Suite("External data that may not be read: exit code 65, one line, no trace")
struct ExternalDataTests {
    private let folder = try? TemporaryFolder()

    /// A model in a folder of its own, with weights at a place that the model names.
    private func workspace(location: String) throws -> (Workspace, Data) {
        let workspace = try Workspace(samples: 24)
        let (model, data) = try Networks.convolutional().movingWeights(to: location)
        try workspace.folder.write(model.serialized(), to: "model.onnx")
        return (workspace, data)
    }

    private func expect(_ location: String, _ message: String, prepare: (TemporaryFolder, Data) throws -> Void = { _, _ in }) throws {
        let (workspace, data) = try workspace(location: location)
        try prepare(workspace.folder, data)
        for arguments in [Workspace.arguments(), ["inspect", "model.onnx"], ["evaluate", "model.onnx", "--data", "data.npz", "--quiet"]] {
            try workspace.expectFailure(arguments, exitCode: 65, message)
        }
    }

    @Test("Paths out of the model's folder, whether or not something is there")
    func paths() throws {
        let outside = try #require(folder)
        let (_, data) = try workspace(location: "")
        try outside.write(data, to: "weights.bin")
        let name = (outside.path as NSString).lastPathComponent
        for location in ["../\(name)/weights.bin", "../none.bin", "a/../../\(name)/weights.bin", "./.."] { try expect(location, "'..'") }
        for location in [outside.path("weights.bin"), "/etc/passwd", "//none"] { try expect(location, "the path is absolute") }
        for location in ["", ".", "./"] { try expect(location, "the path is empty") }
        try expect("weights\0.bin", "null byte")
    }

    @Test("Links out of the model's folder")
    func links() throws {
        let outside = try #require(folder)
        let (_, data) = try workspace(location: "")
        try outside.write(data, to: "weights.bin")
        try expect("weights.bin", "symbolic link") { inside, _ in
            try FileManager.default.createSymbolicLink(atPath: inside.path("weights.bin"), withDestinationPath: outside.path("weights.bin"))
        }
        try expect("sub/weights.bin", "symbolic link") { inside, _ in
            try FileManager.default.createSymbolicLink(atPath: inside.path("sub"), withDestinationPath: outside.path)
        }
        try expect("weights.bin", "several hard links") { inside, _ in
            try FileManager.default.linkItem(atPath: outside.path("weights.bin"), toPath: inside.path("weights.bin"))
        }
    }

    @Test("Files that are missing, too short, or none")
    func files() throws {
        try expect("weights.bin", "weights.bin")
        try expect("weights.bin", "are not within the file's") { inside, data in try inside.write(data.dropLast(), to: "weights.bin") }
        try expect(".", "the path is empty")
        try expect("sub", "it is not a regular file") { inside, _ in
            try FileManager.default.createDirectory(atPath: inside.path("sub"), withIntermediateDirectories: false)
        }
    }
}
