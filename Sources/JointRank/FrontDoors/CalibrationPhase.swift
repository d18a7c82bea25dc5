public import Reporting
internal import Search

/// The first phase by itself: collects what the fit samples say of a model's layers, puts these in the basis of the method, and times them.
public struct CalibrationPhase: Sendable {
    private var options: CompressionOptions

    /// - Parameter options: `mode`, `tolerance`, `forcedRanks` and `output` do not count. `keepParameters` is the size that plans are to
    ///   reach, which decides how convolutions become matrices.
    public init(_ options: CompressionOptions) {
        self.options = options
        self.options.forcedRanks = []
    }

    /// Writes `path`, a `.safetensors` file with the layers' components, from which ``PlanPhase`` goes on.
    ///
    /// - Throws: ``JointRankError``. Nothing is written then.
    public func run(writing path: String, progress: ProgressHandler? = nil) throws(JointRankError) -> CalibrationSummary {
        try options.check()
        do {
            return try calibrate(path, Run(options, progress))
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
            let (model, run) = (try model, Run(options, progress))
            let split = try SampleSplit.reading(for: model, asksOriginal: false, run)
            return try RunEstimator.looking(at: model, split, run).estimate([.calibrate])
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
                path: options.model, threads: options.threads, provider: options.calibrationProvider.engine, merging: true,
                stacking: options.stacking == .always)
        }
    }

    private func calibrate(_ path: String, _ run: Run) throws -> CalibrationSummary {
        let model = try model
        try ReservedFiles([options.model] + options.inputFiles).check(path)
        let split = try SampleSplit.reading(for: model, run)
        let fingerprint = try RunFingerprint(of: options, model: model.model)
        let work = try OpenWork(fingerprint, run)
        return try work.finishing {
            let run = run.keeping(work.journal)
            let calibrated = try run.journal.within("plan") { try CalibratedModel.calibrating(model, split: split, run) }
            var record = try BasisLayers(layers: calibrated.layers, obstacles: calibrated.obstacles).record
            try record.note("schema", PhaseFile.calibrationSchema)
            try record.note("options", options.kept)
            try record.note("fingerprint", fingerprint)
            try record.write(to: path)
            run.clock.finish(\.calibrate)
            return CalibrationSummary(
                output: path, layers: calibrated.layers.count, parameters: model.parameters,
                smallestShare: calibrated.layers.isEmpty ? 1 : calibrated.costs.smallestShare,
                samples: split.counts,
                seconds: run.clock.seconds.total, peakMemoryMiB: PeakMemory.mebibytes)
        }
    }
}
