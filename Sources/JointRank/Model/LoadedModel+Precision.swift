internal import Files
internal import Calibration
internal import ONNXModel
internal import OnnxRuntimeEngine

extension LoadedModel {
    /// The model with all numbers in float32 or float64: the runtime has few kernels for narrower types on the CPU, and the gradients of a
    /// loss are too small for them. Itself where it has none of these types.
    func inSinglePrecision(threads: Int) throws -> LoadedModel {
        guard let widened = try runnable.widenedToSinglePrecision() else { return self }
        return LoadedModel(self, inOtherPrecision: widened, session: try session(of: widened, threads: threads))
    }

    /// - Parameters:
    ///   - model: whose external data, if any, lies in its folder.
    ///   - path: of its file, for errors.
    ///   - provider: runs what it can.
    ///   - isRun: see `Session.init(of:options:running:)`.
    /// - Throws: ``JointRankError`` where the runtime lacks kernels for types that the model has; what the runtime says otherwise.
    static func session(
        of model: Model, at path: String, threads: Int, provider: ExecutionProvider, running isRun: Bool = true
    ) throws -> Session {
        do {
            return try Session(of: model, options: SessionOptions(intraOpThreads: threads, provider: provider), running: isRun)
        } catch let error as EngineError {
            guard case .runtime(.notImplemented, let message) = error, try model.widenedToSinglePrecision() != nil else { throw error }
            throw JointRankError(
                .badInput, "ONNX Runtime cannot run \(path.quoted) here: it has few kernels for float16 and bfloat16 on the CPU: \(message)"
            )
        }
    }
}
