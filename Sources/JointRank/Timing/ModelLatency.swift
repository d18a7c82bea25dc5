internal import Calibration
internal import Digests
internal import ONNXModel
internal import OnnxRuntimeEngine
internal import Tensors

/// How long smaller models take beside the original, as wholes: layers that are faster alone need not be faster side by side.
struct ModelLatency {
    private let original: LoadedModel
    private let samples: SampleSource
    private let deployment: Deployment

    /// Seconds to time one pair of models with.
    private static let budget = 1.0

    init(of original: LoadedModel, on samples: SampleSource, for deployment: Deployment) {
        self.original = original
        self.samples = samples
        self.deployment = deployment
    }

    /// The median time of the original, in milliseconds; remembered like the times of layers.
    var milliseconds: Double {
        get throws {
            try remembered("time of model \(original.runnable.serialized().digest)") {
                try LatencyMeasurement(deployment.clock, budget: ModelLatency.budget).median(
                    of: original.session(for: deployment), inputs: inputs)
            }
        }
    }

    /// The median time of a model as a share of the original's; remembered like the times of layers.
    func share(of model: Model) throws -> Double {
        let runnable = try model.inliningExternalData(upTo: Model.largestInMemory)
        let pair = "\(try original.runnable.serialized().digest) as \(try runnable.serialized().digest)"
        return try remembered("time of model \(pair), share") {
            // Smaller models are spared what a large original is spared, so that the two are timed alike.
            let options = deployment.sessionOptions.suited(to: original.runnable)
            return try LatencyMeasurement(deployment.clock, budget: ModelLatency.budget).comparison(
                before: original.session(for: deployment), after: Session(of: runnable, options: options),
                areLarge: original.runnable.isLarge, inputs: inputs
            ).ratio
        }
    }

    private func remembered(_ subject: String, _ measure: () throws -> Double) throws -> Double {
        let shapes = try inputs.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.shape)" }.joined(separator: ", ")
        let key = "\(subject); inputs \(shapes), \(try deployment.conditions)"
        var cache = LatencyCache()
        if let known = cache[key] { return known }
        let measured = try measure()
        cache[key] = measured
        cache.save()
        return measured
    }

    private var inputs: [String: Tensor] {
        get throws { try deployment.inputs(of: samples, for: original) }
    }
}

extension Collection<UInt8> {
    fileprivate var digest: String {
        var digest = SHA256()
        digest.update(self)
        return digest.finish()
    }
}
