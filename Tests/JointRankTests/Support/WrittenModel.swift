import Foundation
import TestSupport

/// What the onnx package and ONNX Runtime, run from Python, say of a written model file.
struct WrittenModel: Decodable {
    /// The largest difference that the runtime's optimisations make, relative to the largest output.
    let optimised: Double
    /// The largest difference from the original's outputs, likewise.
    let original: Double
    let metadata: [String: String]

    /// - Throws: where the model does not pass the checker and strict shape inference, or does not run.
    static func checked(_ written: String, against original: String, data: String) throws -> WrittenModel {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "check_written_model.py").path
        return try JSONDecoder().decode(
            WrittenModel.self, from: ReferencePython.run(script: script, [original, written, data]))
    }
}
