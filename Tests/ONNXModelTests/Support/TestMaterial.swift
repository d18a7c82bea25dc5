import Foundation

/// Material outside the package that some tests need; they are skipped where it is absent.
enum TestMaterial {
    static let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    static let python = packageRoot + "/.deps/venv/bin/python"

    static var hasPython: Bool { FileManager.default.isExecutableFile(atPath: python) }

    /// Real networks, in the folder that the environment names or beside the package.
    static let sharedModels = ProcessInfo.processInfo.environment["JOINTRANK_MODELS"] ?? packageRoot + "/../shared/models"

    static var hasSharedModels: Bool { FileManager.default.fileExists(atPath: sharedModels) }

    /// Models of other versions of the onnx package.
    static let olderModels = packageRoot + "/.deps/onnx-testdata"

    static var hasOlderModels: Bool { FileManager.default.fileExists(atPath: olderModels) }

    /// The output of a Python program.
    static func runPython(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw PythonFailure(status: process.terminationStatus) }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    struct PythonFailure: Error { let status: Int32 }

    /// The models of the onnx package's operator tests, in files; made once, as that takes seconds.
    static func operatorTests() throws -> [String] { models(below: try operatorTestFolder.get().path) }

    private static let operatorTestFolder: Result<TemporaryFolder, any Error> = Result {
        let folder = try TemporaryFolder()
        // What belongs to no test is not gone when one ends.
        atexit { if let path = try? TestMaterial.operatorTestFolder.get().path { try? FileManager.default.removeItem(atPath: path) } }
        _ = try runPython([packageRoot + "/Tests/ONNXModelTests/Support/generate_node_models.py", folder.path])
        return folder
    }

    /// All files below a folder whose names end in `.onnx`.
    static func models(below folder: String) -> [String] {
        (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? [])
            .filter { $0.hasSuffix(".onnx") }.sorted().map { folder + "/" + $0 }
    }
}
