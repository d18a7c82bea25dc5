package import ONNXModel
package import OnnxRuntimeEngine

extension Placement {
    /// Looks at a model as sessions with the same options run it.
    package init(of model: Model, options: SessionOptions) throws {
        try self.init(options) { try Session(of: model, options: $0) }
    }
}
