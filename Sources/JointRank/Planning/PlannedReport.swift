internal import Calibration
internal import GraphRewriting
internal import LowRank
internal import Reporting
internal import Search

/// What can be said of a plan before it is applied: the report without measurements of the written file.
struct PlannedReport {
    let options: CompressionOptions
    let calibrated: CalibratedModel
    let choice: Choice
    /// How many were measured.
    let candidates: Int
    /// By the name of a layer; empty where layers were not measured.
    let measured: [String: CompressionReport.Measured]
    /// Of the original; nil for none.
    let doubt: String?
    let requirement: Requirement

    /// - Throws: where there is no runtime, which a run that came this far has found.
    func report(seconds: CompressionReport.Seconds) throws -> CompressionReport {
        let parameters = calibrated.model.parameters
        let bytes = calibrated.model.bytes
        return CompressionReport(
            version: LibraryVersion.current, model: options.model, mode: options.mode.rawValue, method: options.method.rawValue,
            optimize: options.optimize.rawValue, tolerance: requirement.tolerance, maximumDrop: requirement.reported,
            verdict: Verdict.notMet.rawValue, output: nil, notes: notes, parameters: .init(before: parameters, after: parameters),
            macs: nil, bytes: .init(before: bytes, after: bytes),
            latencyMs: nil,
            samples: calibrated.split.counts,
            holdout: nil, walk: choice.walk(totalParameters: parameters, candidates: candidates, requirement), seconds: seconds,
            peakMemoryMiB: PeakMemory.mebibytes, seed: options.seed,
            threads: options.threads, environment: try .current(options), layers: layers)
    }

    private var notes: [String] {
        var notes: [String] = []
        if case .nothing(let refusal) = choice.result {
            let reason = refusal.text(options, requirement, selectCount: calibrated.split.select.count)
            notes.append("nothing was written: \(reason)")
        }
        notes += [doubt, SampleAdvice.warning(certify: calibrated.split.certify.count)].compactMap(\.self)
        if choice.point?.isRelearned == true {
            let (fit, select) = (calibrated.split.fit.count, calibrated.split.select.count)
            notes.append(
                "after the choice, the layers were computed again from all \(fit + select) fit and select samples; figures on the select samples "
                    + "are from before that, and the verdict does not use them")
        }
        if case .table(let table, let path) = calibrated.latencySource {
            let share = choice.point.flatMap { calibrated.costs.share(of: $0.layers, in: .latency) }
            notes.append(
                "times are taken from '\(path)', measured on \(table.device) with \(table.batch) samples in a run"
                    + (share.map { "; there the layers by themselves predict \(NumberText.percent($0)) of the original's time" } ?? "")
                    + ". The latency in this report was measured here")
        }
        let merged = calibrated.model.merged
        if merged.weights > 0 {
            notes.append(
                "\(merged.weights) weights that the file holds twice are stored once (\(NumberText.grouped(merged.parameters)) parameters)")
        }
        if options.stacking != .never { notes.append(stackingNote) }
        return notes
    }

    private var stackingNote: String {
        let stacks = calibrated.model.stacks.map { $0.joined(separator: " + ") }
        guard stacks.isEmpty else { return "products of one value were made one: \(stacks.joined(separator: ", "))" }
        return options.stacking == .auto
            ? "products of one value stay apart: there are none, or as one they measure no better"
            : "no products of one value were made one: there are none of MatMul with weights of their own, or the operator set is below 13"
    }

    // MARK: Layers

    private var layers: [CompressionReport.Layer] {
        let treated = Dictionary(uniqueKeysWithValues: calibrated.layers.map { ($0.name, $0) })
        let chosen = Dictionary(uniqueKeysWithValues: (choice.point?.layers ?? []).filter(\.isChanged).map { ($0.name, $0) })
        let catalogue = calibrated.calibrator.catalogue
        let factorable = catalogue.layers.map { layer in
            treated[layer.name].map { entry(layer, $0, chosen: chosen[layer.name]) }
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

    /// The entry of a layer that was treated.
    ///
    /// - Parameters:
    ///   - start: the layer with all of its components.
    ///   - chosen: as it is to be written; nil where it stays dense.
    private func entry(_ layer: Layer, _ start: FactoredLayer, chosen: FactoredLayer?) -> CompressionReport.Layer {
        let shape = start.shape
        var entry = entry(layer, reason: chosen == nil ? "dense: \(denseReason(start))" : "")
        entry.fullRank = shape.fullRank
        entry.effectiveRank = start.energies.isEmpty ? nil : EffectiveRank.of(energies: start.energies)
        entry.spectrum = CompressionReport.Spectrum(energies: start.energies)
        entry.latencyMs = start.costs.latency(rank: chosen?.rank ?? shape.fullRank, form: chosen?.form)
            .map { .init(before: $0.before, after: $0.after) }
        guard let chosen else { return entry }
        entry.form = shape.formName(chosen.form)
        entry.rank = chosen.rank
        entry.parameters.after = shape.parameters(rank: chosen.rank, form: chosen.form)
        entry.predicted = chosen.prediction?.change
        entry.measured = measured[layer.name]
        entry.reason = chosen.isForced ? "rank prescribed" : reason(chosen.prediction)
        return entry
    }

    private func denseReason(_ start: FactoredLayer) -> String {
        if let obstacle = start.costs.obstacle { return obstacle.text(options) }
        guard let point = choice.point else { return "no smaller model was chosen" }
        guard options.forcedRanks.isEmpty else { return "no rank prescribed" }
        return point.layers.contains { $0.prediction != nil }
            ? "what a lower rank saves is not worth its predicted change of the loss"
            : "the method's own measure keeps all components"
    }

    private func reason(_ prediction: RankPrediction?) -> String {
        guard let prediction else { return "rank by the method's own measure, which predicts no change of the loss" }
        let range = prediction.isInRange ? "within" : "outside"
        return
            "last stage: first order \(NumberText.signed(prediction.firstOrder, 5)), curvature \(NumberText.signed(prediction.curvature, 5)): \(range) the perturbation range"
    }
}

extension LayerCosts.Obstacle {
    fileprivate func text(_ options: CompressionOptions) -> String {
        switch self {
        case .savesNothing: "no rank stores fewer parameters"
        case .noFewerOperations: "no rank that fills vectors takes fewer multiply-accumulates"
        case .notTimed:
            "it could not be timed by itself, and time counts with "
                + (options.optimize.isTimed ? "--optimize \(options.optimize.rawValue)" : "--keep-latency")
        case .notFaster: "no rank stores fewer parameters and is measured to be faster here; --optimize size ignores time"
        }
    }
}

extension LayerShape {
    /// What reports call a way to store the layer.
    func formName(_ form: StorageForm) -> String {
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
