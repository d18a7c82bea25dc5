import ONNXModel
import OnnxRuntimeEngine
import TestSupport
import Tensors

/// The largest difference between two model files' scores on random inputs, relative to the largest score.
func relativeDifference(_ path: String, _ other: String) throws -> Double {
    var random = RandomTensors(seed: 99)
    let sessions = try [path, other].map { try Session(path: $0, options: SessionOptions(graphOptimization: .none)) }
    var inputs: [String: Tensor] = [:]
    for input in sessions[0].inputs {
        let tensor = try random.normal(input.shape.map { $0 ?? 32 })
        inputs[input.name] = try tensor.rounded(to: input.elementType ?? .float32)
    }
    let scores = try sessions.map { session in
        try session.run(inputs)[session.outputs[0].name]?.floatingPointElements ?? []
    }
    let largest = scores[1].map(\.magnitude).max() ?? 0
    return zip(scores[0], scores[1]).map { abs($0 - $1) }.max().map { $0 / largest } ?? .infinity
}
