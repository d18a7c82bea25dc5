internal import Calibration
internal import LowRank
internal import Reporting

/// Adds to a plan's report what was measured of the written file.
struct ReportDraft {
    private let options: CompressionOptions
    private let split: SampleSplit
    private var report: CompressionReport
    /// Whether the select samples say that the loss has fallen; see `Verdict`.
    private let isCorroborated: Bool
    private var certification: Certification?
    private var verdict = Verdict.notMet
    private var metric: MetricJudgement?
    /// The file written; nil where nothing was.
    var output: String?

    /// - Parameters:
    ///   - planned: see ``PlannedReport``.
    ///   - isEdited: whether the model is no longer the one that was chosen on the select samples.
    init(_ planned: CompressionReport, options: CompressionOptions, split: SampleSplit, isEdited: Bool = false) {
        report = planned
        let loss = planned.walk.chosen.map { planned.walk.points[$0].loss }
        isCorroborated =
            loss.map { PairedComparison.isCorroborating(difference: $0.difference, standardError: $0.standardError) } ?? false && !isEdited
        self.options = options
        self.split = split
    }

    mutating func certify(_ certification: Certification) {
        self.certification = certification
        verdict = Verdict(certification.comparison, tolerance: options.tolerance ?? 0, isCorroborated: isCorroborated)
    }

    /// - Parameter after: nil where the loss had refused the result already.
    mutating func judge(before: Double, after: Double?) {
        metric = options.metric.map { MetricJudgement(options: $0, before: before, after: after) }
        if metric?.isRefused == true { verdict = .notMet }
    }

    /// A size or ranks that the user asked for, without a bound on the loss, are written whatever the loss; all else must not be worse.
    /// What the user's own judge refuses is not written.
    var isAcceptable: Bool {
        let sizeWasAskedFor = options.mode == .lossless && options.keepParameters != nil || !options.forcedRanks.isEmpty
        return metric?.isRefused != true && (verdict != .notMet || (sizeWasAskedFor && options.tolerance == nil))
    }

    func finished(seconds: CompressionReport.Seconds) -> CompressionReport {
        var report = report
        report.verdict = verdict.rawValue
        report.output = output
        report.notes = certificationNotes + report.notes + dataNotes
        if let certification {
            report.parameters.after = certification.parameters
            report.bytes.after = certification.bytes
            report.macs = certification.macs
            report.latencyMs = certification.latency
        }
        report.holdout = holdout
        report.metricCommand = metric?.reported
        report.seconds = seconds
        report.peakMemoryMiB = PeakMemory.mebibytes
        return report
    }

    private var certificationNotes: [String] {
        guard let certification else { return [] }
        var notes: [String] = []
        let comparison = certification.comparison
        let text =
            "the mean loss changes by \(NumberText.signed(comparison.difference, 4)), with 95 % confidence by at most "
            + NumberText.signed(comparison.upperBound95, 4)
        if let refusal = metric?.refusal {
            notes.append("nothing was written: \(refusal)")
        } else if output == nil {
            notes.append("nothing was written: on the certify set \(text)")
            if comparison.difference <= 0 {
                notes.append(
                    "a mean of at most 0 is no proof by itself: where the loss rises by less than the noise, half of all sets show one; "
                        + "on the select samples it has not fallen by two standard errors")
            } else if comparison.difference <= 2 * comparison.standardError {
                notes.append(
                    "the change is within the noise of \(comparison.sampleCount) samples: more of them, or a --tolerance, may decide otherwise"
                )
            }
        } else if verdict == .notMet {
            notes.append("not lossless: \(text); written because a size was asked for. Give a --tolerance to have a bound kept")
        }
        let demand = SampleAdvice.demand(of: comparison, tolerance: options.tolerance ?? 0, share: split.certifyShare)
        return notes + [certification.answers.calibrated?.note(besides: comparison.difference), demand].compactMap(\.self)
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
                    samplesNeeded: comparison.samplesNeeded(tolerance: options.tolerance ?? 0)),
                metric: certification.metrics.first, furtherMetrics: Array(certification.metrics.dropFirst()),
                accuracy: certification.answers.accuracy, calibrated: certification.answers.calibrated,
                disagreement: certification.answers.disagreement)
        }
    }
}
