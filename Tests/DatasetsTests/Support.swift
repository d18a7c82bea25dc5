import Foundation
import Testing

/// A folder that goes when the test ends.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "jointrank-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a file in the folder.
    func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file and returns its path.
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }

    func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: file(name))))
    }
}

/// The test-time Python with NumPy, and the folder of real data sets.
enum Environment {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static let python = root.appendingPathComponent(".deps/venv/bin/python").path
    static var hasPython: Bool { FileManager.default.isExecutableFile(atPath: python) }
    static let hasPillow = hasPython && (try? runPython("import PIL")) != nil

    static let models = ProcessInfo.processInfo.environment["JOINTRANK_MODELS"] ?? root.appendingPathComponent("../shared/models").path
    static var hasModels: Bool { FileManager.default.fileExists(atPath: models + "/README.md") }

    /// Runs a script with `arguments` as `sys.argv[1:]` and returns what it prints.
    static func runPython(_ script: String, _ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["-c", script] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "the Python script failed")
        return String(decoding: data, as: UTF8.self)
    }
}

extension Trait where Self == ConditionTrait {
    static var needsPython: Self { .enabled(if: Environment.hasPython, "needs .deps/venv with NumPy (Scripts/bootstrap)") }
    static var needsPillow: Self { .enabled(if: Environment.hasPillow, "needs .deps/venv with Pillow (Scripts/bootstrap --test)") }
    static var needsModels: Self { .enabled(if: Environment.hasModels, "needs the folder of real networks (JOINTRANK_MODELS)") }
}

extension [UInt8] {
    /// `number` in `count` bytes, the lowest first.
    static func littleEndian(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}

/// An `.npy` file of version 1.0 with any header text, true or not.
func npy(_ header: String, data: [UInt8] = [], version: [UInt8] = [1, 0]) -> [UInt8] {
    let text = Array(header.utf8)
    return [0x93] + Array("NUMPY".utf8) + version + .littleEndian(text.count, version[0] == 1 ? 2 : 4) + text + data
}

/// An `.npy` file of bytes.
func npy(bytes: [UInt8]) -> [UInt8] {
    npy("{'descr': '|u1', 'fortran_order': False, 'shape': (\(bytes.count),), }\n", data: bytes)
}

/// A `.safetensors` file with any header text, true or not.
func safetensors(_ header: String, data: [UInt8] = []) -> [UInt8] {
    .littleEndian(header.utf8.count, 8) + Array(header.utf8) + data
}
