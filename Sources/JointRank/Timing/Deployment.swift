internal import Calibration
internal import OnnxRuntimeEngine
internal import Tensors

/// How the result will run, on this machine: what sessions that are timed are made with, and what they are given.
struct Deployment: Sendable, Hashable {
    let threads: Int
    let provider: ExecutionProvider
    /// Samples in a run; nil for the batch that the model fixes, else 1.
    private let batch: Int?

    init(_ options: CompressionOptions) {
        self.init(threads: options.latency.threads ?? options.threads, batch: options.latency.batch, provider: options.provider.engine)
    }

    init(threads: Int, batch: Int?, provider: ExecutionProvider = .cpu) {
        self.threads = threads
        self.provider = provider
        self.batch = batch
    }

    /// Other providers than the processor's have threads or devices of their own.
    var clock: RunClock { provider == .cpu ? RunClock(threads: threads) : .wall }

    var sessionOptions: SessionOptions { SessionOptions(intraOpThreads: threads, provider: provider) }

    /// What a time depends on, beside the model and the samples in a run.
    var conditions: String {
        get throws {
            let place = provider == .cpu ? "" : " on \(provider)"
            return "onnxruntime \(try Runtime.shared().version)\(place), \(threads) threads, \(clock) time"
        }
    }

    /// - Throws: ``JointRankError`` where the model fixes another batch than is asked for.
    func samples(of model: LoadedModel) throws -> Int {
        guard let fixed = try model.batch.fixed else { return batch ?? 1 }
        if let batch, batch != fixed {
            throw JointRankError(.usage, "--latency-batch \(batch): '\(model.path)' takes \(fixed) at a time and no other number")
        }
        return fixed
    }

    /// What a run is given: the first sample, as often as a batch has samples.
    func inputs(of samples: SampleSource, for model: LoadedModel) throws -> [String: Tensor] {
        try samples.wholeInputs(Array(repeating: 0, count: self.samples(of: model)))
    }
}
