package import ONNXModel
package import OnnxRuntimeEngine

extension Session {
    /// The session of a model.
    ///
    /// The weights of a large one are read for this session alone, and are not copied into the layout of the runtime's kernels; see
    /// ``SessionOptions/prepacking`` and ``SessionOptions/memoryArena``.
    ///
    /// - Parameter isRun: whether it is to be run; else the weights of a large model need not be read.
    package convenience init(of model: Model, options: SessionOptions = SessionOptions(), running isRun: Bool = true) throws {
        if model.isLarge {
            var options = options
            options.externalDataFolder = model.folder
            (options.prepacking, options.memoryArena) = (false, !model.isHuge)
            let lent = try LentWeights(of: model, reading: isRun)
            try self.init(model: lent.model, options: options, holding: lent.weights, hiding: isRun ? [] : lent.names)
        } else {
            try self.init(model: model.serialized(), options: options)
        }
    }
}
