internal import Calibration
internal import Foundation
internal import GraphRewriting
internal import LowRank
internal import Reporting

/// Gathers a run's results into its report.
struct ReportDraft {
    let options: CompressionOptions
    let prepared: Preparation
    let choice: Planner.Choice
    var output: String?
    private var certification: Certification?
    private var verdict = Verdict.notMet
    private var metric: MetricJudgement?

    init(options: CompressionOptions, prepared: Preparation, choice: Planner.Choice) {
        self.options = options
        self.prepared = prepared
        self.choice = choice
    }

    mutating func certify(_ certification: Certification) {
        self.certification = certification
        verdict = Verdict(certification.comparison, tolerance: options.tolerance ?? 0)
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

    /// - Throws: where there is no runtime, which a run that came this far has found.
    func finished(seconds: CompressionReport.Seconds) throws -> CompressionReport {
        CompressionReport(
            version: Compressor.version, model: options.model, mode: options.mode.rawValue, method: options.method.rawValue,
            optimize: options.optimize.rawValue, tolerance: options.tolerance ?? 0, verdict: verdict.rawValue, output: output, notes: notes,
            parameters: .init(before: prepared.model.parameters, after: certification?.parameters ?? prepared.model.parameters),
            macs: certification?.macs,
            bytes: .init(before: prepared.model.bytes, after: certification?.bytes ?? prepared.model.bytes),
            latencyMs: certification?.latency,
            samples: .init(fit: prepared.split.fit.count, select: prepared.split.select.count, certify: prepared.split.certify.count),
            holdout: holdout, metricCommand: metric?.reported, walk: choice.walk,
            seconds: seconds, peakMemoryMiB: PeakMemory.mebibytes, seed: options.seed, threads: options.threads, environment: try .current,
            layers: layers)
    }

    private var stackingNote: String {
        let stacks = prepared.model.stacks.map { $0.joined(separator: " + ") }
        guard stacks.isEmpty else { return "products of one value were made one: \(stacks.joined(separator: ", "))" }
        return options.stacking == .auto
            ? "products of one value stay apart: there are none, or as one they measure no better"
            : "no products of one value were made one: there are none of MatMul with weights of their own, or the operator set is below 13"
    }

    private func demand(of comparison: PairedComparison) -> String? {
        SampleAdvice.demand(of: comparison, tolerance: options.tolerance ?? 0, share: prepared.split.certifyShare)
    }

    private var notes: [String] {
        var notes: [String] = []
        if case .nothing(let reason) = choice.result { notes.append("nothing was written: \(reason)") }
        if let certification {
            let comparison = certification.comparison
            let text =
                "the mean loss changes by \(NumberText.signed(comparison.difference, 4)), with 95 % confidence by at most "
                + NumberText.signed(comparison.upperBound95, 4)
            if let refusal = metric?.refusal {
                notes.append("nothing was written: \(refusal)")
            } else if output == nil {
                notes.append("nothing was written: on the certify set \(text)")
                if comparison.difference <= 2 * comparison.standardError {
                    notes.append(
                        "the change is within the noise of \(comparison.sampleCount) samples: more of them, or a --tolerance, may decide otherwise"
                    )
                }
            } else if verdict == .notMet {
                notes.append("not lossless: \(text); written because a size was asked for. Give a --tolerance to have a bound kept")
            }
        }
        if let comparison = certification?.comparison, let demand = demand(of: comparison) { notes.append(demand) }
        if let warning = SampleAdvice.warning(certify: prepared.split.certify.count) { notes.append(warning) }
        let merged = prepared.model.merged
        if merged.weights > 0 {
            notes.append(
                "\(merged.weights) weights that the file holds twice are stored once (\(NumberText.grouped(merged.parameters)) parameters)")
        }
        if options.stacking != .never { notes.append(stackingNote) }
        if let type = options.factorType, output != nil { notes.append("factors are stored as \(type.rawValue)") }
        notes += prepared.split.remarks
        if options.holdout == nil { notes.append("certified on \(prepared.split.certifySource)") }
        return notes
    }

    private var holdout: CompressionReport.Holdout? {
        certification.map { certification in
            let comparison = certification.comparison
            return .init(
                samples: comparison.sampleCount, source: prepared.split.certifySource,
                loss: .init(
                    before: comparison.before, after: comparison.after, difference: comparison.difference,
                    standardError: comparison.standardError, upperBound95: comparison.upperBound95,
                    samplesNeeded: comparison.samplesNeeded(tolerance: options.tolerance ?? 0)),
                metric: certification.metrics.first, furtherMetrics: Array(certification.metrics.dropFirst()))
        }
    }
}
