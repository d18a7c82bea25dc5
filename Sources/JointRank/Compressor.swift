internal import Calibration
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
public import Reporting

/// Makes a model smaller: calibrates, plans, applies and verifies.
///
/// ```swift
/// let options = CompressionOptions(
///     model: "model.onnx", calibration: "valid.npz", output: "model_lowrank.onnx", mode: .compact)
/// let report = try Compressor(options).compress()
/// print(report.verdict)
/// ```
public struct Compressor: Sendable {
    /// The version of the library and of the command.
    public static let version = "0.1.0"

    private let options: CompressionOptions

    /// Looks at nothing yet; ``compress(progress:)`` and ``events()`` do.
    public init(_ options: CompressionOptions) {
        self.options = options
    }

    /// Writes the compressed model if it passes; the report says so either way (`output` is nil where nothing was written).
    ///
    /// Blocks the calling thread; honours the cancellation of its task between batches.
    ///
    /// - Throws: ``JointRankError``. Nothing is written then.
    public func compress(progress: ProgressHandler? = nil) throws(JointRankError) -> CompressionReport {
        try options.check()
        try options.checkGoal()
        do {
            return try run(progress)
        } catch {
            throw JointRankError(error)
        }
    }

    /// What ``compress(progress:)`` is expected to take and to bring, from a short look at the model and the samples. Nothing is written.
    ///
    /// - Throws: ``JointRankError``.
    public func estimate(progress: ProgressHandler? = nil) throws(JointRankError) -> WorkEstimate {
        try options.check()
        try options.checkGoal()
        do {
            let (model, split) = try opened(progress)
            return try RunEstimator(model, split, options).estimate(Set(RunEstimator.Stage.allCases))
        } catch {
            throw JointRankError(error)
        }
    }

    private func opened(_ progress: ProgressHandler?) throws -> (LoadedModel, SampleSplit) {
        let model = try LoadedModel(path: options.model, threads: options.threads, merging: true)
        try options.reservedFiles(forOutput: true).check(options.output)
        // Fails where it cannot be written.
        _ = try StagedOutput(for: options.output, from: model.model)
        // Before the files are digested: what is wrong with them is said better here.
        return (model, try SampleSplit(model: model, options: options, progress: progress))
    }

    private func run(_ progress: ProgressHandler?) throws -> CompressionReport {
        var clock = StageClock()
        let (model, split) = try opened(progress)
        let work = try OpenWork(options, RunFingerprint(of: options, model: model.model), progress)
        do {
            let report = try run(model, split, work, &clock, progress)
            work.finish()
            return report
        } catch {
            throw work.ended(by: error)
        }
    }

    private func run(
        _ model: LoadedModel, _ split: SampleSplit, _ work: OpenWork, _ clock: inout StageClock, _ progress: ProgressHandler?
    ) throws -> CompressionReport {
        let staged = try StagedOutput(for: options.output, from: model.model)
        // Before the long work, which a program that does not run would make vain.
        let program = options.metric.map(MetricProgram.init)
        let metricBefore = try program?.measure(options.model, progress: progress)
        let journal = work.journal
        let attempt = try attempt(model, split, journal, &clock, progress)

        var report = ReportDraft(try attempt.report(options, &clock, journal, progress), options: options, split: split)
        if case .point(let point, let forced) = attempt.choice.result {
            try staged.write(attempt.prepared.written(point, forced: forced))
            let certification = try Certification(
                of: staged.path, against: model, on: split.certify, options: options, progress: progress)
            report.certify(certification)
            if let program, let metricBefore {
                report.judge(before: metricBefore, after: report.isAcceptable ? try program.measure(staged.path, progress: progress) : nil)
            }
            clock.finish(\.verify)
            if report.isAcceptable {
                try staged.commit()
                report.output = options.output
            }
        }
        return report.finished(seconds: clock.seconds)
    }

    /// Plans for the model with stacked products or without, as the options say.
    private func attempt(
        _ original: LoadedModel, _ split: SampleSplit, _ journal: Journal, _ clock: inout StageClock, _ progress: ProgressHandler?
    ) throws -> PlannedModel {
        func planned(_ model: LoadedModel) throws -> PlannedModel {
            try journal.within("plan") { try PlannedModel(model, original, split, options, &clock, journal, progress) }
        }
        guard options.stacking != .never else { return try planned(original) }
        let stacked = try LoadedModel(path: options.model, threads: options.threads, merging: true, stacking: true)
        if options.stacking == .always { return try planned(stacked) }
        let apart = try planned(original)
        guard !stacked.stacks.isEmpty else { return apart }
        let together = try planned(stacked)
        return together.isBetter(than: apart, options.mode) ? together : apart
    }
}

/// Seconds of each stage.
struct StageClock {
    private(set) var seconds = CompressionReport.Seconds(calibrate: 0, plan: 0, verify: 0, total: 0)
    private var last = ContinuousClock.now

    /// Everything since the last call belongs to `stage`.
    mutating func finish(_ stage: WritableKeyPath<CompressionReport.Seconds, Double>) {
        let now = ContinuousClock.now
        let elapsed = last.duration(to: now).seconds
        seconds[keyPath: stage] += elapsed
        seconds.total += elapsed
        last = now
    }
}
