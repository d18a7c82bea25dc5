public import Reporting

/// The last phase by itself: judges a written model on the certify samples that its plan has set aside.
public struct VerifyPhase: Sendable {
    private let plan: String
    private let metric: MetricOptions?
    private let limits: (tolerance: Double?, maximumDrop: Double?)

    /// - Parameters:
    ///   - plan: the file of a ``PlanPhase`` that the model was made from.
    ///   - metric: a program that judges the original and the result; nil for none.
    ///   - tolerance: as ``CompressionOptions/tolerance``; with `maximumDrop` it stands for both of the plan, where one is given.
    ///   - maximumDrop: as ``CompressionOptions/maximumDrop``.
    public init(_ plan: String, metric: MetricOptions? = nil, tolerance: Double? = nil, maximumDrop: Double? = nil) {
        self.plan = plan
        self.metric = metric
        limits = (tolerance, maximumDrop)
    }

    /// The report of the whole compression. `output` is nil where the model does not pass; the file stays, whatever the verdict.
    ///
    /// - Throws: ``JointRankError``.
    public func run(on path: String, progress: ProgressHandler? = nil) throws(JointRankError) -> CompressionReport {
        do {
            return try verify(path, progress)
        } catch {
            throw JointRankError(error)
        }
    }

    private func verify(_ path: String, _ progress: ProgressHandler?) throws -> CompressionReport {
        let stored = try StoredPlan(path: plan)
        var options = stored.options
        options.metric = metric
        if limits.tolerance != nil || limits.maximumDrop != nil { (options.tolerance, options.maximumDrop) = limits }
        try options.check()
        try options.checkDrop()
        let run = Run(options, progress)
        let original = try LoadedModel(
            path: options.model, threads: options.threads, provider: options.calibrationProvider.engine, merging: true)
        let split = try SampleSplit.reading(for: original, asksOriginal: false, run)
        try PhaseFile.check(plan, stored.document.fingerprint, RunFingerprint(of: stored.options, modelFiles: stored.modelFiles))
        let requirement = try run.requirement(split)
        let program = options.metric.map(MetricProgram.init)
        let metricBefore = try program?.measure(options.model, progress: progress)

        var report = ReportDraft(stored.report, options: options, split: split, keeping: requirement, isEdited: stored.isEdited)
        report.certify(
            try Certification.measuring(path, against: original.running(on: options.provider.engine), on: split.certify, run))
        report.placements = run.placements.warnings
        if let program, let metricBefore {
            report.judge(before: metricBefore, after: report.isAcceptable ? try program.measure(path, progress: progress) : nil)
        }
        run.clock.finish(\.verify)
        if report.isAcceptable { report.output = path }
        return report.finished(seconds: run.clock.seconds)
    }
}
