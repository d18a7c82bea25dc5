package import ONNXModel
internal import OnnxRuntimeEngine

/// Types of a graph's values as ONNX Runtime infers them, without running it.
package enum InferredTypes {
    /// By name, those of all tensors among inputs and nodes' outputs. A length that is not known is dynamic.
    package static func of(_ model: Model) throws -> [String: TensorType] {
        let session = try Session(of: model.exposingAllValues(), options: .asWritten, running: false)
        var types: [String: TensorType] = [:]
        for value in session.inputs + session.outputs {
            guard let type = value.elementType else { continue }
            types[value.name] = TensorType(type, value.shape.map { $0.map(Dimension.fixed) ?? .dynamic })
        }
        return types
    }
}

extension SessionOptions {
    /// For a graph that is looked at as it is written, once.
    static let asWritten = SessionOptions(graphOptimization: .none, prepacking: false)
}
