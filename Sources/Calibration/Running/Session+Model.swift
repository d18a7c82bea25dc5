package import ONNXModel
package import OnnxRuntimeEngine

extension SessionOptions {
    /// Those for a model that may be large, or for one that is timed beside it.
    package func suited(to model: Model) -> SessionOptions {
        var options = self
        if model.isLarge { options.prepacking = false }
        if model.isHuge { options.memoryArena = false }
        return options
    }
}

extension Session {
    /// The session of a model.
    ///
    /// The weights of a large one are read for this session alone, and are not copied into the layout of the runtime's kernels; see
    /// ``SessionOptions/prepacking`` and ``SessionOptions/memoryArena``.
    ///
    /// - Parameter isRun: whether it is to be run; else the weights of a large model need not be read.
    package convenience init(of model: Model, options: SessionOptions = SessionOptions(), running isRun: Bool = true) throws {
        if model.isLarge {
            var options = options.suited(to: model)
            options.externalDataFolder = model.folder
            let lent = try LentWeights(of: model, reading: isRun)
            try self.init(model: lent.model, options: options, holding: lent.weights, hiding: isRun ? [] : lent.names)
        } else {
            try self.init(model: model.serialized(), options: options)
        }
    }
}
