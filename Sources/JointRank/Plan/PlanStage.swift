internal import Calibration
internal import Digests
internal import Foundation
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
public import Reporting

/// The second stage by itself: chooses ranks from a calibration, and writes a plan.
public struct PlanStage: Sendable {
    private let calibration: String
    private let change: @Sendable (inout CompressionOptions) -> Void

    /// - Parameters:
    ///   - calibration: the file of a ``CalibrationStage``.
    ///   - change: sets the options that planning alone depends on: `mode`, `keepParameters`, `tolerance`, `forcedRanks`, `factorType`,
    ///     `measuresLayers`, and where to keep work. All others are those of the calibration.
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
            return try opened(progress).estimate
        } catch {
            throw JointRankError(error)
        }
    }

    /// A calibration that was read and checked, with what it was made of.
    private struct Opened {
        let record: StoredRecord
        let options: CompressionOptions
        let model: LoadedModel
        let split: SampleSplit
        let fingerprint: RunFingerprint

        var estimate: WorkEstimate {
            get throws { try RunEstimator(model, split, options).estimate([.plan]) }
        }
    }

    private func opened(_ progress: ProgressHandler?) throws -> Opened {
        let record = try StoredRecord(path: calibration)
        guard try record.note("schema") == StageFile.calibrationSchema else {
            throw record.damaged("it is no calibration of this version")
        }
        let calibrated: CompressionOptions = try record.note("options")
        var options = calibrated
        change(&options)
        try options.check()
        try options.checkGoal()
        let model = try LoadedModel(path: options.model, threads: options.threads, merging: true, stacking: options.stacking == .always)
        let split = try SampleSplit(model: model, options: options, progress: progress)
        let present = try RunFingerprint(of: calibrated, model: model.model)
        try StageFile.check(calibration, record.note("fingerprint"), present)
        return Opened(record: record, options: options, model: model, split: split, fingerprint: try present.with(options))
    }

    private func plan(_ path: String, _ progress: ProgressHandler?) throws -> PlanSummary {
        var clock = StageClock()
        let opened = try opened(progress)
        let (record, options, model, split, fingerprint) = (
            opened.record, opened.options, opened.model, opened.split, opened.fingerprint
        )
        for file in [path, PlanFiles.factors(of: path)] {
            try ReservedFiles([options.model, options.calibration, calibration] + [options.holdout].compactMap(\.self)).check(file)
        }
        let work = try OpenWork(options, fingerprint, progress)
        if let progress { progress(Progress(stage: try opened.estimate.line, completed: 0, total: nil)) }
        do {
            let journal = work.journal(knowing: ["plan-1/calibration-1": record])
            let planned = try journal.within("plan") {
                try PlannedModel(model, model, split, options, &clock, journal, progress)
            }
            let report = try planned.report(options, &clock, journal, progress)
            guard case .point(let point, let forced) = planned.choice.result else {
                work.finish()
                return PlanSummary(output: nil, expected: nil, layers: [], notes: report.notes, seconds: clock.seconds.total)
            }
            let files = PlanFiles(planned.prepared, point, forced: forced, report: report)
            let document = try files.write(path, options: options.kept, fingerprint: fingerprint)
            work.finish()
            return PlanSummary(
                output: path,
                expected: .init(
                    parametersBefore: model.parameters,
                    keptShare: document.expected.keptShare, lossDifference: document.expected.lossDifference,
                    standardError: document.expected.standardError, selectSamples: document.expected.selectSamples),
                layers: document.layers.map {
                    .init(name: $0.name, rank: $0.rank, fullRank: $0.fullRank, form: $0.form, predicted: $0.predicted)
                }, notes: report.notes, seconds: clock.seconds.total)
        } catch {
            throw work.ended(by: error)
        }
    }
}
