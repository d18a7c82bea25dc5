internal import Calibration
internal import OnnxRuntimeEngine
internal import Tensors

/// How the result will run, on this machine: what sessions that are timed are made with, and what they are given.
struct Deployment: Sendable, Hashable {
    let threads: Int
    /// Samples in a run; nil for the batch that the model fixes, else 1.
    private let batch: Int?

    init(_ options: CompressionOptions) {
        self.init(threads: options.latency.threads ?? options.threads, batch: options.latency.batch)
    }

    init(threads: Int, batch: Int?) {
        self.threads = threads
        self.batch = batch
    }

    var clock: RunClock { RunClock(threads: threads) }

    var sessionOptions: SessionOptions { SessionOptions(intraOpThreads: threads) }

    /// What a time depends on, beside the model and the samples in a run.
    var conditions: String {
        get throws { "onnxruntime \(try Runtime.shared().version), \(threads) threads, \(clock) time" }
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
