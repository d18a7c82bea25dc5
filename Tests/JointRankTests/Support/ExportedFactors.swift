import Foundation
import TestSupport

/// What `check_factors.py` found of one use of a factored layer.
struct ExportedUse: Decodable {
    /// Between what the exported modules compute and what ONNX Runtime does, relative to the largest output.
    let difference: Double
    let modules: [String]
    let weight: String
    let tensors: [String]
    let scheme: String
    let form: String

    /// Runs `export-factors` on a model, and checks the file that it writes; by the value that a use computes.
    ///
    /// - Parameter folder: holds the original `model.onnx`, `data.npz` with its inputs, and the compressed model `small.onnx`.
    static func exported(in folder: TemporaryFolder) throws -> [String: ExportedUse] {
        let arguments = ["export-factors", "small.onnx", "--original", "model.onnx", "-o", "factors.safetensors", "--json"]
        let outcome = try Command.run(arguments, in: folder.path)
        guard outcome.exitCode == 0, outcome.errors == "" else { throw Failed(message: outcome.errors) }
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        let found = try ReferencePython.run(
            script: tests.appending(path: "check_factors.py").path,
            ["model.onnx", "small.onnx", "factors.safetensors", "data.npz"].map(folder.path)
                + [tests.appending(path: "../../../Documentation/schemas/factors.schema.json").standardized.path])
        return try JSONDecoder().decode([String: ExportedUse].self, from: found)
    }

    struct Failed: Error {
        let message: String
    }
}
