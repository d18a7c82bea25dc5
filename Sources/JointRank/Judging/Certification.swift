internal import Calibration
internal import Files
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import OnnxRuntimeEngine
internal import Reporting

/// What is measured of the written file, read again.
struct Certification: Sendable {
    let comparison: PairedComparison
    let answers: AnswerMeasures
    /// The original's losses.
    let before: SampleLosses
    /// The most usual one first.
    let metrics: [CompressionReport.Metric]
    let parameters: Int
    let bytes: Int
    let macs: CompressionReport.Change<Int>?
    let latency: CompressionReport.Latency

    /// For the verdict.
    ///
    /// - Parameter corroboration: what the select samples say.
    func evidence(_ corroboration: Evidence.Corroboration) -> Evidence {
        Evidence(
            loss: comparison, calibrated: answers.calibratedComparison, accuracy: answers.accuracyComparison, corroboration: corroboration)
    }

    /// Measures a compressed model beside its original.
    ///
    /// - Parameters:
    ///   - path: the compressed model's file.
    ///   - original: on the provider that both are to be measured on.
    ///   - known: the original's losses on the certify samples, where they are known already.
    ///   - budget: seconds to measure latency with.
    static func measuring(
        _ path: String, against original: LoadedModel, on certify: SampleSource, before known: SampleLosses? = nil, budget: Double = 2,
        _ run: Run
    ) throws -> Certification {
        let options = run.options
        // One that is small enough to be held is treated as its large original even so: else the two are not timed alike, and it would take
        // several times its size beside the original.
        let compressed = try LoadedModel(
            path: path, threads: options.threads, provider: original.provider,
            holding: original.runnable.isLarge ? 0 : Model.largestInMemory)
        try run.placements.check(original, as: original.path.quoted, run)
        try run.placements.check(compressed, as: "the result", run)
        let evaluator = try original.evaluator(of: certify, options.data)
        let before =
            try known
            ?? evaluator.evaluate(original.session(for: evaluator.schedule), curves: true) { done in
                run.report("certifying the original", completed: done, total: certify.count)
            }
        let after = try evaluator.evaluate(compressed.session(for: evaluator.schedule), curves: true) { done in
            run.report("certifying the result", completed: done, total: certify.count)
        }
        let kind = options.data.lossKind
        let metrics = zip(before.metrics(of: kind), after.metrics(of: kind)).map { before, after in
            CompressionReport.Metric(name: before.name, before: before.value, after: after.value, isShare: before.isShare)
        }
        let first = try certify.wholeInputs(Array(repeating: 0, count: try original.batch.fixed ?? 1))
        try run.placements.compare(original, as: original.path.quoted, on: first, run)
        try run.placements.compare(compressed, as: "the result", on: first, run)
        run.report("measuring latency")
        let deployment = Deployment(options)
        let times = try LatencyMeasurement(deployment.clock, budget: budget).comparison(
            before: original.session(for: deployment), after: compressed.session(for: deployment), areLarge: original.runnable.isLarge,
            inputs: deployment.inputs(of: certify, for: original))
        let costs = try [original, compressed].map { model in
            let types = try ObservedTypes(of: model.runnable, batch: try original.batch) { count in
                try certify.wholeTrial(count)
            }
            return ComputeCost(model: model.model, types: types.types).total
        }
        return Certification(
            comparison: try PairedComparison(before: before.losses, after: after.losses),
            answers: try AnswerMeasures(before: before, after: after, by: options.data), before: before, metrics: metrics,
            parameters: compressed.parameters, bytes: compressed.bytes,
            macs: costs[0].flatMap { before in costs[1].map { CompressionReport.Change(before: before, after: $0) } },
            latency: CompressionReport.Latency(
                before: times.before, after: times.after, ratio: times.ratio, standardError: times.ratio * times.relativeError,
                batch: try deployment.samples(of: original), threads: deployment.threads, clock: times.clock.rawValue))
    }
}
