public import Reporting
internal import Search

/// The second phase by itself: chooses ranks from a calibration, and writes a plan.
public struct PlanPhase: Sendable {
    private let calibration: String
    private let change: @Sendable (inout CompressionOptions) -> Void

    /// - Parameters:
    ///   - calibration: the file of a ``CalibrationPhase``.
    ///   - change: sets the options that planning alone depends on: `mode`, `keepParameters`, `tolerance`, `maximumDrop`, `forcedRanks`,
    ///     `factorType`, `measuresLayers`, and where to keep work. All others are those of the calibration.
    public init(from calibration: String, change: @escaping @Sendable (inout CompressionOptions) -> Void) {
        self.calibration = calibration
        self.change = change
    }

    /// Writes `path`, JSON that may be edited by hand, and the factors beside it, in a `.safetensors` file.
    ///
    /// - Throws: ``JointRankError``. Nothing is written then; also where no acceptable plan was found.
    public func run(writing path: String, progress: ProgressHandler? = nil) throws(JointRankError) -> PlanSummary {
        do {
            return try plan(path, progress)
        } catch {
            throw JointRankError(error)
        }
    }

    /// What ``run(writing:progress:)`` is expected to take and to bring, from a short look at the model and the samples. Nothing is written.
    ///
    /// - Throws: ``JointRankError``.
    public func estimate(progress: ProgressHandler? = nil) throws(JointRankError) -> WorkEstimate {
        do {
            return try opened(progress, searches: false).estimate
        } catch {
            throw JointRankError(error)
        }
    }

    /// A calibration that was read and checked, with what it was made of.
    private struct Opened {
        let record: StoredRecord
        let model: LoadedModel
        let split: SampleSplit
        let fingerprint: RunFingerprint
        let run: Run

        var estimate: WorkEstimate {
            get throws { try RunEstimator.looking(at: model, split, run).estimate([.plan]) }
        }
    }

    private func opened(_ progress: ProgressHandler?, searches: Bool = true) throws -> Opened {
        let record = try StoredRecord(path: calibration)
        guard try record.note("schema") == PhaseFile.calibrationSchema else {
            throw record.damaged("it is no calibration of this version")
        }
        let calibrated: CompressionOptions = try record.note("options")
        var options = calibrated
        change(&options)
        try options.check()
        try options.checkGoal()
        let run = Run(options, progress)
        let model = try LoadedModel(
            path: options.model, threads: options.threads, provider: options.calibrationProvider.engine, merging: true,
            stacking: options.stacking == .always)
        let split = try SampleSplit.reading(for: model, asksOriginal: searches, run)
        let present = try RunFingerprint(of: calibrated, model: model.model)
        try PhaseFile.check(calibration, record.note("fingerprint"), present)
        return Opened(record: record, model: model, split: split, fingerprint: try present.with(options), run: run)
    }

    private func plan(_ path: String, _ progress: ProgressHandler?) throws -> PlanSummary {
        let opened = try opened(progress)
        let options = opened.run.options
        for file in [path, PlanFiles.factors(of: path)] {
            try ReservedFiles([options.model, calibration] + options.inputFiles).check(file)
        }
        let requirement = try opened.run.requirement(opened.split)
        let work = try OpenWork(opened.fingerprint, opened.run)
        if opened.run.progress != nil { opened.run.report(try opened.estimate.line) }
        return try work.finishing(keptFor: \.retry) {
            let run = opened.run.keeping(work.journal(knowing: ["plan-1/calibration-1": opened.record]))
            let planned = try run.journal.within("plan") {
                try PlannedModel.planning(opened.model, opened.model, opened.split, keeping: requirement, run)
            }
            let report = try planned.report(run)
            let notes = report.notes + requirement.notes
            guard let point = planned.choice.point else {
                var retry = report.walk.retry(beyond: requirement.asked)
                retry?.work = work.folder?.path
                return PlanSummary(
                    output: nil, expected: nil, layers: [], notes: notes, walk: report.walk, samples: report.samples, retry: retry,
                    seconds: run.clock.seconds.total)
            }
            let document = try PlanFiles(planned.calibrated, point, report: report)
                .write(path, options: options.kept, fingerprint: opened.fingerprint)
            return PlanSummary(
                output: path,
                expected: .init(
                    parametersBefore: opened.model.parameters,
                    keptShare: document.expected.keptShare, lossDifference: document.expected.lossDifference,
                    standardError: document.expected.standardError, selectSamples: document.expected.selectSamples),
                layers: document.layers.map {
                    .init(name: $0.name, rank: $0.rank, fullRank: $0.fullRank, form: $0.form, predicted: $0.predicted)
                }, notes: notes, seconds: run.clock.seconds.total)
        }
    }
}
