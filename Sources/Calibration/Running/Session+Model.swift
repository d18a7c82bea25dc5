package import ONNXModel
package import OnnxRuntimeEngine

extension Session {
    /// The session of a model.
    ///
    /// The weights of a large one are read for this session alone, and are not copied into the layout of the runtime's kernels; see
    /// ``SessionOptions/prepacking`` and ``SessionOptions/memoryArena``.
    package convenience init(of model: Model, options: SessionOptions = SessionOptions()) throws {
        if model.isLarge {
            var options = options
            options.externalDataFolder = model.folder
            (options.prepacking, options.memoryArena) = (false, !model.isHuge)
            let lent = try LentWeights(of: model)
            try self.init(model: lent.model, options: options, holding: lent.weights)
        } else {
            try self.init(model: model.serialized(), options: options)
        }
    }
}
