internal import LowRank
internal import Reporting

/// Adds to a plan's report what was measured of the written file.
struct ReportDraft {
    private let options: CompressionOptions
    private let split: SampleSplit
    private let requirement: Requirement
    private var report: CompressionReport
    /// What the select samples say; see `Evidence`.
    private let corroboration: Evidence.Corroboration
    private var certification: Certification?
    private var verdict = Verdict.notMet
    private var metric: MetricJudgement?
    /// The file written; nil where nothing was.
    var output: String?
    /// What was done to the logits; nil where nothing was.
    var foldedTemperature: CompressionReport.FoldedTemperature?

    /// What providers left to the CPU, in words.
    var placements: [String] = []

    /// - Parameters:
    ///   - planned: see ``PlannedReport``.
    ///   - requirement: what the result has to keep.
    ///   - isEdited: whether the model is no longer the one that was chosen on the select samples.
    init(
        _ planned: CompressionReport, options: CompressionOptions, split: SampleSplit, keeping requirement: Requirement,
        isEdited: Bool = false
    ) {
        report = planned
        let point = isEdited || planned.walk.learnedFromSelect == true ? nil : planned.walk.chosen.map { planned.walk.points[$0] }
        corroboration = .init(
            loss: point?.loss.isCorroborating ?? false, calibrated: (point?.calibrated ?? point?.loss)?.isCorroborating ?? false)
        self.options = options
        self.split = split
        self.requirement = requirement
    }

    mutating func certify(_ certification: Certification) {
        self.certification = certification
        verdict = Verdict(certification.evidence(corroboration), limits: requirement.limits)
    }

    /// - Parameter after: nil where the loss had refused the result already.
    mutating func judge(before: Double, after: Double?) {
        metric = options.metric.map { MetricJudgement(options: $0, before: before, after: after) }
        if metric?.isRefused == true { verdict = .notMet }
    }

    /// A size or ranks that the user asked for, without a limit, are written whatever they cost; all else must keep what is required.
    /// What the user's own judge refuses is not written.
    var isAcceptable: Bool {
        metric?.isRefused != true && (verdict != .notMet || options.writesWhateverItCosts)
    }

    func finished(seconds: CompressionReport.Seconds) -> CompressionReport {
        var report = report
        report.tolerance = requirement.tolerance
        report.maximumDrop = requirement.reported
        report.verdict = verdict.rawValue
        report.output = output
        report.foldedTemperature = foldedTemperature
        report.notes =
            certificationNotes + [foldedTemperature?.text].compactMap(\.self) + report.notes + requirement.notes + dataNotes + placements
        if let certification {
            report.parameters.after = certification.parameters
            report.bytes.after = certification.bytes
            report.macs = certification.macs
            report.latencyMs = certification.latency
        }
        if let certification {
            report.certified = CertifiedStatements(verdict, certification.evidence(corroboration), requirement).texts
        }
        report.holdout = holdout
        if output == nil, metric?.isRefused != true { report.retry = retry(&report.walk) }
        report.metricCommand = metric?.reported
        report.seconds = seconds
        report.peakMemoryMiB = PeakMemory.mebibytes
        return report
    }

    /// The mildest limits that may do. The chosen size needs what it needs to be chosen again, before it is refined, and at least what the certify
    /// samples have shown of it.
    private func retry(_ walk: inout CompressionReport.Walk) -> CompressionReport.Retry? {
        if let certification, let chosen = walk.chosen {
            let size = walk.points[chosen].parameters
            let same = walk.points.indices.filter { walk.points[$0].parameters == size }
            if let limits = same.first.flatMap({ walk.points[$0].expected?.passesWith }) {
                let needed = requirement.mildest(limits, of: certification.evidence(corroboration))
                for index in same { walk.points[index].expected?.passesWith = needed }
            }
        }
        return walk.retry(beyond: requirement.asked)
    }

    private var certificationNotes: [String] {
        guard let certification else { return [] }
        let notes = CertificationNotes(certification, certification.evidence(corroboration), requirement, share: split.certifyShare)
        let calibrated = certification.answers.calibrated?.note(besides: certification.comparison.difference)
        let outcome: [String] =
            if let refusal = metric?.refusal {
                ["nothing was written: \(refusal)"]
            } else if output == nil {
                notes.refusal
            } else if verdict == .notMet {
                [notes.reservation]
            } else {
                []
            }
        return outcome + [calibrated].compactMap(\.self) + notes.demands
    }

    private var dataNotes: [String] {
        var notes: [String] = []
        if let type = options.factorType, output != nil { notes.append("factors are stored as \(type.rawValue)") }
        notes += split.remarks
        if options.holdout == nil { notes.append("certified on \(split.certifySource)") }
        return notes
    }

    private var holdout: CompressionReport.Holdout? {
        certification.map { certification in
            let comparison = certification.comparison
            return .init(
                samples: comparison.sampleCount, source: split.certifySource,
                loss: .init(
                    before: comparison.before, after: comparison.after, difference: comparison.difference,
                    standardError: comparison.standardError, upperBound95: comparison.upperBound95,
                    samplesNeeded: requirement.limits.judgedRise.flatMap { comparison.samplesNeeded(tolerance: $0) }),
                metric: certification.metrics.first, furtherMetrics: Array(certification.metrics.dropFirst()),
                accuracy: certification.answers.accuracy, calibrated: certification.answers.calibrated,
                disagreement: certification.answers.disagreement)
        }
    }
}

extension FrontierReport.SelectLoss {
    fileprivate var isCorroborating: Bool { PairedComparison.isCorroborating(difference: difference, standardError: standardError) }
}
