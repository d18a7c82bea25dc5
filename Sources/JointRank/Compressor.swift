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
    public static let version = "0.1.0"

    private let options: CompressionOptions

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
        do {
            return try run(progress)
        } catch {
            throw JointRankError(error)
        }
    }

    private func run(_ progress: ProgressHandler?) throws -> CompressionReport {
        var clock = StageClock()
        let model = try LoadedModel(path: options.model, threads: options.threads, merging: true)
        try options.reservedFiles(forOutput: true).check(options.output)
        let staged = try StagedOutput(for: options.output, from: model.model)
        let prepared = try Preparation(model, options: options, progress: progress)
        clock.finish(\.calibrate)

        let measurement = try SelectMeasurement(prepared.calibrated, split: prepared.split, options: options, progress: progress)
        let latency = ModelLatency(of: model, on: prepared.split.select, threads: options.threads)
        let planner = Planner(
            calibrator: prepared.calibrator, measurement: measurement, costs: prepared.costs, options: options, recipe: prepared.recipe,
            latencyShare: options.optimize == .size ? nil : { try latency.share(of: prepared.written($0)) })
        let choice = try planner.choose(prepared.layers, energies: prepared.energies)
        clock.finish(\.plan)

        var report = ReportDraft(options: options, prepared: prepared, choice: choice)
        if case .point(let point, let forced) = choice.result {
            try staged.write(prepared.written(point, forced: forced))
            let certification = try Certification(
                of: staged.path, against: model, on: prepared.split.certify, options: options, progress: progress)
            report.certify(certification)
            clock.finish(\.verify)
            if report.isAcceptable {
                try staged.commit()
                report.output = options.output
            }
        }
        return report.finished(seconds: clock.seconds)
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
