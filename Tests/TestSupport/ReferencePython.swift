package import Foundation

/// The Python environment with `onnx`, `onnxruntime` and NumPy that `Scripts/bootstrap --test` makes.
package enum ReferencePython {
    package static let interpreter = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../.deps/venv/bin/python")
        .standardized

    package static let isInstalled = FileManager.default.isExecutableFile(atPath: interpreter.path)
    package static let hint = "needs .deps/venv with the onnx package: run Scripts/bootstrap --test"

    /// What a script prints.
    ///
    /// - Throws: ``ScriptFailed`` with what it wrote to standard error.
    package static func run(script: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = interpreter
        process.arguments = [script] + arguments
        let folder = try TemporaryFolder()
        let streams = try ["output", "errors"].map { name in
            try folder.write(Data(), to: name)
            return try FileHandle(forWritingTo: URL(filePath: folder.path(name)))
        }
        process.standardOutput = streams[0]
        process.standardError = streams[1]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ScriptFailed(message: String(decoding: try folder.read("errors"), as: UTF8.self))
        }
        return try folder.read("output")
    }

    package struct ScriptFailed: Error {
        let message: String
    }
}
