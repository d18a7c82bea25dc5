internal import Calibration
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import OnnxRuntimeEngine
internal import Reporting

/// What is measured of the written file, read again.
struct Certification: Sendable {
    let comparison: PairedComparison
    let before: SampleLosses
    let after: SampleLosses
    /// The most usual one first.
    let metrics: [CompressionReport.Metric]
    let parameters: Int
    let bytes: Int
    let macs: CompressionReport.Change<Int>?
    /// Milliseconds for one sample, or for the batch that the model fixes.
    let latency: CompressionReport.Change<Double>

    /// - Parameters:
    ///   - path: the compressed model's file.
    ///   - budget: seconds to measure latency with.
    ///   - before: the original's losses on the certify samples, where they are known already.
    init(
        of path: String, against original: LoadedModel, on certify: SampleSource, options: CompressionOptions,
        before known: SampleLosses? = nil, budget: Double = 2, progress: ProgressHandler?
    ) throws {
        // One that is small enough to be held is treated as its large original even so: else the two are not timed alike, and it would take
        // several times its size beside the original.
        let compressed = try LoadedModel(
            path: path, threads: options.threads, holding: original.runnable.isLarge ? 0 : Model.largestInMemory)
        let evaluator = try original.evaluator(of: certify, options.data)
        before =
            try known
            ?? evaluator.evaluate(original.session) { done in
                progress?(Progress(stage: "certifying the original", completed: done, total: certify.count))
            }
        after = try evaluator.evaluate(compressed.session) { done in
            progress?(Progress(stage: "certifying the result", completed: done, total: certify.count))
        }
        let kind = options.data.lossKind
        metrics = zip(before.metrics(of: kind), after.metrics(of: kind)).map { before, after in
            .init(name: before.name, before: before.value, after: after.value, isShare: before.isShare)
        }
        comparison = try PairedComparison(before: before.losses, after: after.losses)
        parameters = compressed.parameters
        bytes = compressed.bytes

        let first = try certify.wholeInputs(Array(repeating: 0, count: try original.batch.fixed ?? 1))
        progress?(Progress(stage: "measuring latency", completed: 0, total: nil))
        let medians = try LatencyMeasurement.medians(
            before: original.session, after: compressed.session, areLarge: original.runnable.isLarge, inputs: first, budget: budget)
        latency = CompressionReport.Change(before: medians.before, after: medians.after)
        let costs = try [original, compressed].map { model in
            let types = try ObservedTypes(of: model.runnable, batch: try original.batch) { count in
                try certify.wholeTrial(count)
            }
            return ComputeCost(model: model.model, types: types.types).total
        }
        macs = costs[0].flatMap { before in costs[1].map { CompressionReport.Change(before: before, after: $0) } }
    }
}
