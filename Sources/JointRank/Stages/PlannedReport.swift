internal import Calibration
internal import GraphRewriting
internal import LowRank
internal import Reporting

/// What can be said of a plan before it is applied: the report without measurements of the written file.
struct PlannedReport {
    let options: CompressionOptions
    let prepared: Preparation
    let choice: Planner.Choice
    /// By the position of a layer; empty where layers were not measured.
    let measured: [Int: CompressionReport.Measured]
    /// Of the original; nil for none.
    let doubt: String?

    /// - Throws: where there is no runtime, which a run that came this far has found.
    func report(seconds: CompressionReport.Seconds) throws -> CompressionReport {
        let parameters = prepared.model.parameters
        let bytes = prepared.model.bytes
        return CompressionReport(
            version: Compressor.version, model: options.model, mode: options.mode.rawValue, method: options.method.rawValue,
            optimize: options.optimize.rawValue, tolerance: options.tolerance ?? 0, verdict: Verdict.notMet.rawValue, output: nil,
            notes: notes, parameters: .init(before: parameters, after: parameters), macs: nil, bytes: .init(before: bytes, after: bytes),
            latencyMs: nil,
            samples: .init(fit: prepared.split.fit.count, select: prepared.split.select.count, certify: prepared.split.certify.count),
            holdout: nil, walk: choice.walk, seconds: seconds, peakMemoryMiB: PeakMemory.mebibytes, seed: options.seed,
            threads: options.threads, environment: try .current, layers: layers)
    }

    private var notes: [String] {
        var notes: [String] = []
        if case .nothing(let reason) = choice.result { notes.append("nothing was written: \(reason)") }
        notes += [doubt, SampleAdvice.warning(certify: prepared.split.certify.count)].compactMap(\.self)
        let merged = prepared.model.merged
        if merged.weights > 0 {
            notes.append(
                "\(merged.weights) weights that the file holds twice are stored once (\(NumberText.grouped(merged.parameters)) parameters)")
        }
        if options.stacking != .never { notes.append(stackingNote) }
        return notes
    }

    private var stackingNote: String {
        let stacks = prepared.model.stacks.map { $0.joined(separator: " + ") }
        guard stacks.isEmpty else { return "products of one value were made one: \(stacks.joined(separator: ", "))" }
        return options.stacking == .auto
            ? "products of one value stay apart: there are none, or as one they measure no better"
            : "no products of one value were made one: there are none of MatMul with weights of their own, or the operator set is below 13"
    }

    // MARK: Layers

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

    private func entry(_ layer: Layer, reason: String) -> CompressionReport.Layer {
        .init(
            name: layer.name, op: layer.operatorName, shape: layer.weightShape, form: "dense", rank: nil, fullRank: layer.fullRank,
            parameters: .init(before: layer.weightParameters, after: layer.weightParameters), predicted: nil, reason: reason)
    }

    /// The entry of a layer that was treated.
    private func entry(index: Int) -> CompressionReport.Layer {
        let layer = prepared.layers.layers[index]
        let energies = prepared.energies[index]
        let choice = chosen(index)
        var entry = entry(layer, reason: choice == nil ? "dense: \(denseReason(index))" : "")
        entry.effectiveRank = energies.isEmpty ? nil : EffectiveRank.of(energies: energies)
        entry.spectrum = CompressionReport.Spectrum(energies: energies)
        entry.latencyMs = prepared.costs.latency(layer: index, rank: choice?.rank ?? layer.fullRank, form: choice?.form)
            .map { .init(before: $0.before, after: $0.after) }
        guard let choice else { return entry }
        entry.form = layer.formName(choice.form)
        entry.rank = choice.rank
        entry.parameters.after = layer.parameters(rank: choice.rank, form: choice.form)
        entry.predicted = choice.prediction.map { $0.firstOrder + $0.curvature }
        entry.measured = measured[index]
        entry.reason = choice.isForced ? "rank prescribed" : reason(choice.prediction)
        return entry
    }

    private typealias ChosenRank = (rank: Int, form: StorageForm, prediction: FrontierPoint.Prediction?, isForced: Bool)

    /// What was chosen for a layer; nil where it stays dense.
    private func chosen(_ index: Int) -> ChosenRank? {
        guard case .point(let point, let forced) = choice.result, !point.layers.isDense(index) || forced.contains(index) else { return nil }
        let rank = point.layers.ranks[index]
        let isForced = forced.contains(index)
        return (
            rank, isForced ? .factors : prepared.costs.form(layer: index, rank: rank),
            point.predictions.indices.contains(index) ? point.predictions[index] : nil, isForced
        )
    }

    private func denseReason(_ index: Int) -> String {
        if let obstacle = prepared.costs.obstacle(layer: index) { return obstacle }
        guard case .point(let point, _) = choice.result else { return "no smaller model was chosen" }
        guard options.forcedRanks.isEmpty else { return "no rank prescribed" }
        return point.predictions.isEmpty
            ? "the method's own measure keeps all components"
            : "what a lower rank saves is not worth its predicted change of the loss"
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
