internal import ONNXModel
internal import Search
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
    public static let version = LibraryVersion.current

    private let options: CompressionOptions

    /// Reads no files; ``compress(progress:)`` and ``events()`` do.
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
            return try compress(Run(options, progress))
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
            let run = Run(options, progress)
            let (model, split) = try opened(run, searches: false)
            return try RunEstimator.looking(at: model, split, run).estimate(Set(RunEstimator.Phase.allCases))
        } catch {
            throw JointRankError(error)
        }
    }

    private func opened(_ run: Run, searches: Bool = true) throws -> (LoadedModel, SampleSplit) {
        let model = try LoadedModel(
            path: options.model, threads: options.threads, provider: options.calibrationProvider.engine, merging: true)
        if options.foldsTemperature { try TemperatureFolding.check(model, run) }
        try options.reservedFiles(forOutput: true).check(options.output)
        // Fails where it cannot be written.
        _ = try StagedOutput(for: options.output, from: model.model)
        // Before the files are digested: what is wrong with them is said better here.
        return (model, try SampleSplit.reading(for: model, asksOriginal: searches, run))
    }

    private func compress(_ run: Run) throws -> CompressionReport {
        let (model, split) = try opened(run)
        let requirement = try run.requirement(split)
        let work = try OpenWork(RunFingerprint(of: options, model: model.model), run)
        return try work.finishing(keptFor: \.retry) {
            var report = try compress(model, split, keeping: requirement, run.keeping(work.journal))
            report.retry?.work = work.folder?.path
            return report
        }
    }

    private func compress(
        _ model: LoadedModel, _ split: SampleSplit, keeping requirement: Requirement, _ run: Run
    ) throws -> CompressionReport {
        let staged = try StagedOutput(for: options.output, from: model.model)
        // Before the long work, which a program that does not run would make vain.
        let program = options.metric.map(MetricProgram.init)
        let metricBefore = try program?.measure(options.model, progress: run.progress)
        let planned = try planned(model, split, keeping: requirement, run)

        var report = ReportDraft(try planned.report(run), options: options, split: split, keeping: requirement)
        if let point = planned.choice.point {
            try staged.write(planned.calibrated.written(point.layers))
            if options.foldsTemperature {
                let folding = try TemperatureFolding(planned.calibrated, run)
                let folded = try folding.temperature(of: staged.path)
                try staged.write(folding.written(point.layers, dividingBy: folded.temperature))
                report.foldedTemperature = folded
            }
            report.certify(
                try Certification.measuring(
                    staged.path, against: model.running(on: options.provider.engine), on: split.certify, run))
            if let program, let metricBefore {
                report.judge(
                    before: metricBefore, after: report.isAcceptable ? try program.measure(staged.path, progress: run.progress) : nil)
            }
            run.clock.finish(\.verify)
            if report.isAcceptable {
                try staged.commit()
                report.output = options.output
            }
        }
        report.placements = run.placements.warnings
        return report.finished(seconds: run.clock.seconds)
    }

    /// Plans for the model with stacked products or without, as the options say.
    private func planned(
        _ original: LoadedModel, _ split: SampleSplit, keeping requirement: Requirement, _ run: Run
    ) throws -> PlannedModel {
        func planned(_ model: LoadedModel) throws -> PlannedModel {
            try run.journal.within("plan") { try PlannedModel.planning(model, original, split, keeping: requirement, run) }
        }
        guard options.stacking != .never else { return try planned(original) }
        let stacked = try LoadedModel(
            path: options.model, threads: options.threads, provider: options.calibrationProvider.engine, merging: true, stacking: true)
        if options.stacking == .always {
            if options.foldsTemperature { try TemperatureFolding.check(stacked, run) }
            return try planned(stacked)
        }
        let apart = try planned(original)
        guard !stacked.stacks.isEmpty, !options.foldsTemperature || TemperatureFolding.isPossible(for: stacked, run) else { return apart }
        let together = try planned(stacked)
        return together.isBetter(than: apart, options.mode) ? together : apart
    }
}
