internal import Calibration
internal import Digests
internal import ONNXModel
internal import OnnxRuntimeEngine
internal import Tensors

/// How long smaller models take beside the original, as wholes: layers that are faster alone need not be faster side by side.
struct ModelLatency {
    private let original: LoadedModel
    private let samples: SampleSource
    private let threads: Int

    /// Seconds to time one pair of models with.
    private static let budget = 1.0

    init(of original: LoadedModel, on samples: SampleSource, threads: Int) {
        self.original = original
        self.samples = samples
        self.threads = threads
    }

    /// The median time of the original, for one sample or the batch that the model fixes; remembered like the times of layers.
    var milliseconds: Double {
        get throws {
            var cache = LatencyCache()
            let key = "time of model \(try original.runnable.serialized().digest); \(try conditions)"
            if let known = cache[key] { return known }
            let measured = try LatencyMeasurement(threads: threads, budget: ModelLatency.budget).median(
                of: original.session, inputs: inputs)
            cache[key] = measured
            cache.save()
            return measured
        }
    }

    private var inputs: [String: Tensor] {
        get throws { try samples.wholeInputs(Array(repeating: 0, count: try original.batch.fixed ?? 1)) }
    }

    /// What a time depends on, beside the model.
    private var conditions: String {
        get throws { "onnxruntime \(try Runtime.shared().version), \(threads) threads, \(RunClock(threads: threads)) time" }
    }

    /// The median time of a model as a share of the original's, for one sample or the batch that the model fixes; remembered like the times
    /// of layers.
    func share(of model: Model) throws -> Double {
        var cache = LatencyCache()
        let runnable = try model.inliningExternalData(upTo: Model.largestInMemory)
        let key =
            "time of model \(try original.runnable.serialized().digest) as \(try runnable.serialized().digest), share; "
            + (try conditions)
        if let known = cache[key] { return known }
        // Smaller models are spared what a large original is spared, so that the two are timed alike.
        let options = SessionOptions(intraOpThreads: threads).suited(to: original.runnable)
        let share = try LatencyMeasurement(threads: threads, budget: ModelLatency.budget).comparison(
            before: original.session, after: Session(of: runnable, options: options), areLarge: original.runnable.isLarge,
            inputs: try inputs
        ).ratio
        cache[key] = share
        cache.save()
        return share
    }
}

extension Collection<UInt8> {
    fileprivate var digest: String {
        var digest = SHA256()
        digest.update(self)
        return digest.finish()
    }
}
