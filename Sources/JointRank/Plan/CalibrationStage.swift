internal import Calibration
internal import Foundation
public import Reporting

/// The first stage by itself: collects what the fit samples say of a model's layers, puts these in the basis of the method, and times them.
public struct CalibrationStage: Sendable {
    private let options: CompressionOptions

    /// - Parameter options: `mode`, `tolerance`, `forcedRanks` and `output` do not count. `keepParameters` is the size that plans are to
    ///   reach, which decides how convolutions become matrices.
    public init(_ options: CompressionOptions) {
        self.options = options
    }

    /// Writes `path`, a `.safetensors` file with the layers' components, from which ``PlanStage`` goes on.
    ///
    /// - Throws: ``JointRankError``. Nothing is written then.
    public func run(writing path: String, progress: ProgressHandler? = nil) throws(JointRankError) -> CalibrationSummary {
        try options.check()
        do {
            return try calibrate(path, progress)
        } catch {
            throw JointRankError(error)
        }
    }

    /// What ``run(writing:progress:)`` is expected to take, from a short look at the model and the samples. Nothing is written.
    ///
    /// - Throws: ``JointRankError``.
    public func estimate(progress: ProgressHandler? = nil) throws(JointRankError) -> WorkEstimate {
        try options.check()
        do {
            let model = try model
            return try RunEstimator(model, SampleSplit(model: model, options: options, progress: progress), options).estimate([.calibrate])
        } catch {
            throw JointRankError(error)
        }
    }

    private var model: LoadedModel {
        get throws {
            guard options.stacking != .auto else {
                throw JointRankError(.usage, "--stack auto plans both ways: calibrate once with 'never' and once with 'always'")
            }
            return try LoadedModel(
                path: options.model, threads: options.threads, merging: true, stacking: options.stacking == .always)
        }
    }

    private func calibrate(_ path: String, _ progress: ProgressHandler?) throws -> CalibrationSummary {
        var clock = StageClock()
        let model = try model
        try ReservedFiles([options.model, options.calibration] + [options.holdout].compactMap(\.self)).check(path)
        let split = try SampleSplit(model: model, options: options, progress: progress)
        let fingerprint = try RunFingerprint(of: options, model: model.model)
        let work = try OpenWork(options, fingerprint, progress)
        do {
            let prepared = try work.journal.within("plan") {
                try Preparation(model, split: split, options: options, journal: work.journal, progress: progress)
            }
            var record = try Expressed(layers: prepared.layers, energies: prepared.energies, obstacles: prepared.obstacles).record
            try record.note("schema", StageFile.calibrationSchema)
            try record.note("options", options.kept)
            try record.note("fingerprint", fingerprint)
            try record.write(to: path)
            work.finish()
            clock.finish(\.calibrate)
            return CalibrationSummary(
                output: path, layers: prepared.layers.layers.count, parameters: prepared.model.parameters,
                smallestShare: prepared.layers.layers.isEmpty ? 1 : prepared.costs.smallestShare,
                samples: .init(fit: split.fit.count, select: split.select.count, certify: split.certify.count),
                seconds: clock.seconds.total, peakMemoryMiB: PeakMemory.mebibytes)
        } catch {
            throw work.ended(by: error)
        }
    }
}
