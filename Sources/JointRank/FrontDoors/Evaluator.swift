internal import Calibration
internal import Files
internal import LowRank
public import Reporting
internal import Tensors

/// Measures a model's loss and the metrics that belong to it on labelled data, and the paired difference to another model.
public struct Evaluator: Sendable {
    /// How the file of samples becomes inputs and labels.
    public var data: DataOptions
    /// Threads that work on one operator.
    public var threads: Int
    /// The rise of the mean loss that is acceptable, to say how many samples it takes to see that.
    public var tolerance: Double
    /// Where models run.
    public var provider = ProviderOption.cpu

    /// Sets every option but for ``provider``.
    public init(data: DataOptions = DataOptions(), threads: Int = 2, tolerance: Double = 0) {
        self.data = data
        self.threads = threads
        self.tolerance = tolerance
    }

    /// - Parameters:
    ///   - model: path of an ONNX file.
    ///   - file: path of an npz or safetensors file.
    ///   - other: path of the ONNX file to compare with; for ``LossOption/divergence`` needed, as what it says is what is wanted.
    ///   - progress: receives progress, on the thread that works.
    /// - Throws: ``JointRankError``.
    public func evaluate(
        model: String, on file: String, against other: String? = nil, progress: ProgressHandler? = nil
    ) throws(JointRankError) -> EvaluationReport {
        try CompressionOptions.check(threads: threads)
        try CompressionOptions.check(tolerance: tolerance)
        try data.checkDropMetric()
        try provider.check("--provider")
        do {
            let placements = Placements()
            let wanted = try data.loss == .divergence ? answers(of: other, on: file, progress) : nil
            let (samples, remarks) = try losses(of: model, on: file, wanted, curves: other != nil, task: "evaluating", placements, progress)
            let single = try PairedComparison(before: Array(repeating: 0, count: samples.losses.count), after: samples.losses)
            var report = EvaluationReport(
                model: model, data: file, samples: samples.losses.count, loss: samples.meanLoss, lossStandardError: single.standardError,
                metrics: metrics(of: samples), against: nil, notes: remarks)
            if let other {
                let reference = try losses(
                    of: other, on: file, wanted, curves: true, task: "evaluating the other model", placements, progress
                ).samples
                let comparison = try PairedComparison(before: reference.losses, after: samples.losses)
                let answers = try AnswerMeasures(before: reference, after: samples, by: data)
                report.against = EvaluationReport.Against(
                    model: other, loss: reference.meanLoss, metrics: metrics(of: reference), difference: comparison.difference,
                    standardError: comparison.standardError, upperBound95: comparison.upperBound95,
                    samplesNeeded: comparison.samplesNeeded(tolerance: tolerance), accuracy: answers.accuracy,
                    calibrated: answers.calibrated, disagreement: answers.disagreement)
                report.notes += [
                    answers.calibrated?.note(besides: comparison.difference),
                    SampleAdvice.demand(of: comparison, tolerance: tolerance), SampleAdvice.warning(certify: comparison.sampleCount),
                ].compactMap(\.self)
            }
            report.notes += placements.warnings
            if provider != .cpu { report.provider = provider.description }
            return report
        } catch {
            throw JointRankError(error)
        }
    }

    private func metrics(of samples: SampleLosses) -> [EvaluationReport.Metric] {
        samples.metrics(of: data.lossKind).map { .init(name: $0.name, value: $0.value, isShare: $0.isShare) }
    }

    /// What a model says of the samples.
    private func answers(of other: String?, on file: String, _ progress: ProgressHandler?) throws -> Tensor {
        guard let other else {
            throw JointRankError(.usage, "--loss divergence is that from another model's answers: name it with --against")
        }
        let model = try LoadedModel(path: other, threads: threads, provider: provider.engine)
        return try model.answers(on: model.samplesAlone(from: file, data, progress), data, progress)
    }

    /// - Parameters:
    ///   - wanted: what another model says of the samples; nil where their labels say what is right.
    ///   - curves: whether to find how the losses go with the temperature as well.
    private func losses(
        of model: String, on file: String, _ wanted: Tensor?, curves: Bool, task: String, _ placements: Placements,
        _ progress: ProgressHandler?
    ) throws -> (samples: SampleLosses, remarks: [String]) {
        let loaded = try LoadedModel(path: model, threads: threads, provider: provider.engine)
        try placements.check(loaded, as: model.quoted, threads: threads) {
            progress?(Progress(task: $0, completed: 0, total: nil))
        }
        let alone = try loaded.samplesAlone(from: file, data, progress)
        let source = try wanted.map(alone.wanting) ?? alone
        let evaluator = try loaded.evaluator(of: source, data)
        let samples = try evaluator.evaluate(loaded.session(for: evaluator.schedule), curves: curves) { done in
            progress?(Progress(task: task, completed: done, total: source.count))
        }
        if let sample = samples.losses.firstIndex(where: { !$0.isFinite }) {
            throw JointRankError(.badInput, "the loss of '\(model)' on sample \(sample) of '\(file)' is not finite")
        }
        return (samples, source.remarks + [SampleAdvice.doubt(samples, of: evaluator.output)].compactMap(\.self))
    }
}
