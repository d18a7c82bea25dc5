internal import Calibration
internal import Foundation
internal import GraphRewriting
internal import LowRank
internal import Reporting

/// Gathers a run's results into its report.
struct ReportDraft {
    let options: CompressionOptions
    let model: LoadedModel
    let catalogue: LayerCatalogue
    let calibrated: CalibratedModel
    let split: SampleSplit
    let choice: Planner.Choice
    var output: String?
    private var certification: Certification?
    private var verdict = Verdict.notMet

    init(
        options: CompressionOptions, model: LoadedModel, catalogue: LayerCatalogue, calibrated: CalibratedModel, split: SampleSplit,
        choice: Planner.Choice
    ) {
        self.options = options
        self.model = model
        self.catalogue = catalogue
        self.calibrated = calibrated
        self.split = split
        self.choice = choice
    }

    mutating func certify(_ certification: Certification) {
        self.certification = certification
        verdict = Verdict(certification.comparison, tolerance: options.tolerance ?? 0)
    }

    /// A size or ranks that the user asked for, without a bound on the loss, are written whatever the loss; all else must not be worse.
    var isAcceptable: Bool {
        let sizeWasAskedFor = options.mode == .lossless && options.keepParameters != nil || !options.forcedRanks.isEmpty
        return verdict != .notMet || (sizeWasAskedFor && options.tolerance == nil)
    }

    func finished(seconds: CompressionReport.Seconds) -> CompressionReport {
        CompressionReport(
            version: Compressor.version, model: options.model, mode: options.mode.rawValue, method: options.method.rawValue,
            verdict: verdict.rawValue, output: output, notes: notes,
            parameters: .init(before: model.parameters, after: certification?.parameters ?? model.parameters), macs: certification?.macs,
            bytes: .init(before: model.bytes, after: certification?.bytes ?? model.bytes), latencyMs: certification?.latency,
            samples: .init(fit: split.fit.count, select: split.select.count, certify: split.certify.count), holdout: holdout,
            seconds: seconds, peakMemoryMiB: PeakMemory.mebibytes, seed: options.seed, threads: options.threads, layers: layers)
    }

    private var notes: [String] {
        var notes: [String] = []
        if case .nothing(let reason) = choice.result { notes.append("nothing was written: \(reason)") }
        if let certification {
            let comparison = certification.comparison
            let text =
                "the mean loss changes by \(NumberText.signed(comparison.difference, 4)), with 95 % confidence by at most "
                + NumberText.signed(comparison.upperBound95, 4)
            if output == nil {
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
                    standardError: comparison.standardError, upperBound95: comparison.upperBound95),
                metric: .init(name: "top-1", before: certification.before.accuracy, after: certification.after.accuracy))
        }
    }

    private var layers: [CompressionReport.Layer] {
        let treated = Dictionary(uniqueKeysWithValues: calibrated.decomposition.layers.enumerated().map { ($1.name, $0) })
        let factorable = catalogue.layers.map { layer in
            treated[layer.name].map { entry(layer, index: $0) }
                ?? entry(layer, reason: calibrated.obstacles[layer.name] ?? "excluded by --include or --exclude")
        }
        let others = catalogue.untreated.map { layer in
            let parameters = layer.weightShape?.reduce(1, *) ?? 0
            return CompressionReport.Layer(
                name: layer.name, op: layer.operatorName, shape: layer.weightShape ?? [], form: "dense", rank: nil, fullRank: nil,
                parameters: .init(before: parameters, after: parameters), predicted: nil, reason: "\(layer.reason)")
        }
        return factorable + others
    }

    private func entry(_ layer: Layer, reason: String) -> CompressionReport.Layer {
        .init(
            name: layer.name, op: layer.operatorName, shape: layer.weightShape, form: "dense", rank: nil, fullRank: layer.fullRank,
            parameters: .init(before: layer.weightParameters, after: layer.weightParameters), predicted: nil, reason: reason)
    }

    private func entry(_ layer: Layer, index: Int) -> CompressionReport.Layer {
        guard case .plan(let plan, let forced) = choice.result, plan.ranks[index] < layer.fullRank || forced.contains(index) else {
            return entry(layer, reason: "dense: what a lower rank saves is not worth its predicted change of the loss")
        }
        let rank = plan.ranks[index]
        let curve = calibrated.curves[index]
        let range = curve.isInRange(rank: rank) ? "within" : "outside"
        let reason =
            forced.contains(index)
            ? "rank prescribed"
            : "first order \(NumberText.signed(curve.firstOrder[rank], 5)), curvature \(NumberText.signed(curve.quadratic[rank], 5)): \(range) the perturbation range"
        return .init(
            name: layer.name, op: layer.operatorName, shape: layer.weightShape, form: "factors", rank: rank, fullRank: layer.fullRank,
            parameters: .init(before: layer.weightParameters, after: layer.groups * rank * (layer.rows + layer.columns)),
            predicted: curve.predicted(rank: rank), reason: reason)
    }
}

/// The process's peak resident memory, as the operating system counts it.
enum PeakMemory {
    static var mebibytes: Double {
        var usage = rusage()
        // Linux counts in KiB, Darwin in bytes; glibc's constant is of an enumeration type of its own.
        #if os(Linux)
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            return Double(usage.ru_maxrss) / 1024
        #else
            getrusage(RUSAGE_SELF, &usage)
            return Double(usage.ru_maxrss) / 1_048_576
        #endif
    }
}
