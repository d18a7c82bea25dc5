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

    init(options: CompressionOptions, prepared: Preparation, choice: Planner.Choice) {
        self.options = options
        self.prepared = prepared
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
            parameters: .init(before: prepared.model.parameters, after: certification?.parameters ?? prepared.model.parameters),
            macs: certification?.macs,
            bytes: .init(before: prepared.model.bytes, after: certification?.bytes ?? prepared.model.bytes),
            latencyMs: certification?.latency,
            samples: .init(fit: prepared.split.fit.count, select: prepared.split.select.count, certify: prepared.split.certify.count),
            holdout: holdout,
            seconds: seconds, peakMemoryMiB: PeakMemory.mebibytes, seed: options.seed, threads: options.threads, layers: layers)
    }

    private var stackingNote: String {
        let stacks = prepared.model.stacks.map { $0.joined(separator: " + ") }
        guard stacks.isEmpty else { return "products of one value were made one: \(stacks.joined(separator: ", "))" }
        return options.stacking == .auto
            ? "products of one value stay apart: there are none, or as one they measure no better"
            : "no products of one value were made one: there are none of MatMul with weights of their own, or the operator set is below 13"
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
                if let meanIsNoProof {
                    notes.append(meanIsNoProof)
                } else if comparison.difference <= 2 * comparison.standardError {
                    notes.append(
                        "the change is within the noise of \(comparison.sampleCount) samples: more of them, or a --tolerance, may decide otherwise"
                    )
                }
            } else if verdict == .notMet {
                notes.append("not lossless: \(text); written because a size was asked for. Give a --tolerance to have a bound kept")
                if let meanIsNoProof { notes.append(meanIsNoProof) }
            }
        }
        let merged = prepared.model.merged
        if merged.weights > 0 {
            notes.append(
                "\(merged.weights) weights that the file holds twice are stored once (\(NumberText.grouped(merged.parameters)) parameters)")
        }
        if options.stacking != .never { notes.append(stackingNote) }
        if let type = options.factorType, output != nil { notes.append("factors are stored as \(type.rawValue)") }
        if options.holdout == nil { notes.append("certified on \(prepared.split.certifySource)") }
        return notes
    }

    /// Why a mean within the tolerance did not pass, and how many samples would decide; nil where the mean is above it.
    private var meanIsNoProof: String? {
        let tolerance = options.tolerance ?? 0
        guard let comparison = certification?.comparison, comparison.difference <= tolerance else { return nil }
        let limit = tolerance == 0 ? "0" : NumberText.signed(tolerance, 4)
        let needed =
            comparison.samplesNeeded(for: tolerance).map {
                "; if the mean stays what it is, about \(NumberText.grouped($0)) samples to certify with would do"
            } ?? ""
        return
            "a mean of at most \(limit) is no proof: where the loss rises by less than the noise, up to half of all sets show one. The bound has to be at most \(limit)\(needed)"
    }

    private var holdout: CompressionReport.Holdout? {
        certification.map { certification in
            let comparison = certification.comparison
            return .init(
                samples: comparison.sampleCount, source: prepared.split.certifySource,
                loss: .init(
                    before: comparison.before, after: comparison.after, difference: comparison.difference,
                    standardError: comparison.standardError, upperBound95: comparison.upperBound95),
                metric: certification.metrics.first, furtherMetrics: Array(certification.metrics.dropFirst()))
        }
    }

    private var layers: [CompressionReport.Layer] {
        let treated = Dictionary(uniqueKeysWithValues: prepared.layers.layers.enumerated().map { ($1.name, $0) })
        let catalogue = prepared.calibrator.catalogue
        let factorable = catalogue.layers.map { layer in
            treated[layer.name].map { entry(index: $0) }
                ?? entry(layer, reason: prepared.obstacles[layer.name] ?? "excluded by --include or --exclude")
        }
        let others = catalogue.untreated.map { layer in
            let parameters = layer.weightShape?.reduce(1, *) ?? 0
            return CompressionReport.Layer(
                name: layer.name, op: layer.operatorName, shape: layer.weightShape ?? [], form: "dense", rank: nil, fullRank: nil,
                parameters: .init(before: parameters, after: parameters), predicted: nil, reason: "\(layer.reason)")
        }
        return factorable + others
    }

    private func entry(_ layer: Layer, effectiveRank: Double? = nil, reason: String) -> CompressionReport.Layer {
        .init(
            name: layer.name, op: layer.operatorName, shape: layer.weightShape, form: "dense", rank: nil, fullRank: layer.fullRank,
            parameters: .init(before: layer.weightParameters, after: layer.weightParameters), predicted: nil,
            effectiveRank: effectiveRank, reason: reason)
    }

    private func entry(index: Int) -> CompressionReport.Layer {
        let layer = prepared.layers.layers[index]
        let energies = prepared.energies[index]
        let effectiveRank = energies.isEmpty ? nil : EffectiveRank.of(energies: energies)
        guard case .point(let point, let forced) = choice.result, !point.layers.isDense(index) || forced.contains(index) else {
            return entry(
                layer, effectiveRank: effectiveRank, reason: "dense: what a lower rank saves is not worth its predicted change of the loss")
        }
        let rank = point.layers.ranks[index]
        let form = forced.contains(index) ? StorageForm.factors : prepared.costs.form(layer: index, rank: rank)
        let prediction = point.predictions.indices.contains(index) ? point.predictions[index] : nil
        return .init(
            name: layer.name, op: layer.operatorName, shape: layer.weightShape, form: layer.formName(form), rank: rank,
            fullRank: layer.fullRank,
            parameters: .init(before: layer.weightParameters, after: layer.parameters(rank: rank, form: form)),
            predicted: prediction.map { $0.firstOrder + $0.curvature },
            effectiveRank: effectiveRank,
            reason: forced.contains(index) ? "rank prescribed" : reason(prediction))
    }

    private func reason(_ prediction: FrontierPoint.Prediction?) -> String {
        guard let prediction else { return "rank by the method's own measure, which predicts no change of the loss" }
        let range = prediction.isInRange ? "within" : "outside"
        return
            "last stage: first order \(NumberText.signed(prediction.firstOrder, 5)), curvature \(NumberText.signed(prediction.curvature, 5)): \(range) the perturbation range"
    }
}

extension Layer {
    /// What reports call a way to store the layer.
    fileprivate func formName(_ form: StorageForm) -> String {
        switch (scheme, form) {
        case (.channels, .factors): groups > 1 ? "grouped" : "factors"
        case (.channels, .pivoted): "pivoted"
        case (.spatial, .factors): "spatial"
        case (.spatial, .pivoted): "spatial-pivoted"
        case (.tucker, .factors): "tucker2"
        case (.tucker, .pivoted): "tucker2-pivoted"
        }
    }
}
