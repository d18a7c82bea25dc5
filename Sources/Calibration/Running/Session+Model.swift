package import ONNXModel
package import OnnxRuntimeEngine

extension Session {
    /// The session of a model whose external data, if it has any, stays in the files of its folder.
    ///
    /// Such a model is too large to be held twice, so its weights are taken as they lie there: see ``SessionOptions/prepacking``.
    package convenience init(of model: Model, options: SessionOptions = SessionOptions()) throws {
        var options = options
        if model.hasExternalData {
            options.externalDataFolder = model.folder
            options.prepacking = false
        }
        try self.init(model: model.serialized(), options: options)
    }
}
