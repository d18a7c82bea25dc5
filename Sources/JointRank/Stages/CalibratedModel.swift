internal import Calibration
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import OnnxRuntimeEngine
internal import Reporting

/// A model whose layers are decomposed, with the sensitivities of their components.
struct CalibratedModel: Sendable {
    let model: LoadedModel
    let decomposition: Decomposition
    /// By layer: its components, those kept longest first.
    let order: [[Int]]
    /// By layer, in `order`: of the fit samples, then of the select samples.
    let sensitivities: [ComponentSensitivities]
    /// By layer, from the fit samples alone.
    let curves: [RankCurve]
    /// Why other layers stay dense.
    let obstacles: [String: String]

    /// - Parameter layers: the layers to treat, as far as their gates can be computed.
    init(
        _ model: LoadedModel, layers: [Layer], split: SampleSplit, options: CompressionOptions, progress: ProgressHandler?
    ) throws {
        let fit = split.fit
        progress?(Progress(stage: "decomposing \(layers.count) layers", completed: 0, total: nil))
        let (evaluator, classes) = try model.evaluator(of: fit, options.data)
        // Before any long work.
        for other in [split.select, split.certify] { try other.checkLabels(classes: classes) }
        let all = try Decomposition.inputWhitened(layers, of: model.inlined, threads: options.threads) { factors in
            let sweep = try MomentSweep(
                of: model.inlined, factors: factors, over: fit, batch: model.batch, threads: options.threads
            ) { done, count in
                progress?(Progress(stage: "collecting moments", completed: done, total: count))
            }
            return sweep.moments
        }
        let probe = try SensitivityProbe(
            model: model.inlined, factors: all.allFactors, output: evaluator.output, form: evaluator.loss.form, classes: classes,
            batch: model.batch
        ) { count in
            try fit.inputs((0..<count).map { min($0, fit.count - 1) })
        }
        let total = split.fit.count + split.select.count
        // Another seed for the select samples: the same drawn directions would not be independent.
        let parts = try [(split.fit, options.seed, 0), (split.select, options.seed &+ 1, split.fit.count)].map { source, seed, before in
            try SensitivitySweep(
                probe, over: source, loss: evaluator.loss, batch: model.batch, seed: seed, threads: options.threads
            ) { done in
                progress?(Progress(stage: "calibrating", completed: before + done, total: total))
            }.sensitivities
        }

        let reached = Set(probe.layers.map(\.name))
        self.model = model
        decomposition = all.restricted(to: reached)
        obstacles = probe.obstacles
        let order = parts[0].map { ComponentOrder.fisher.indices($0) }
        self.order = order
        let ordered = parts.map { part in zip(part, order).map { $0.reordered($1) } }
        curves = ordered[0].map { RankCurve($0) }
        sensitivities = zip(ordered[0], ordered[1]).map { fit, select in
            var all = fit
            all.append(select)
            return all
        }
    }

    /// The model under a plan.
    ///
    /// - Parameters:
    ///   - samples: those whose sensitivities the refit may use, counted as in `sensitivities`; nil for all.
    ///   - metadata: for the model's `metadata_props`; where given, tensors that are kept as external data stay there.
    ///   - allowingAnyRank: whether layers at ranks that save nothing, the full rank among them, are written as factors too.
    func rewritten(
        _ plan: RankPlan, refittingOn samples: [Int]? = nil, metadata: [String: String]? = nil, allowingAnyRank: Set<Int> = []
    ) throws -> Model {
        let scales = try scales(of: plan, samples: samples)
        var factors: [String: LayerFactors] = [:]
        for (index, layer) in decomposition.layers.enumerated() {
            let rank = plan.ranks[index]
            guard rank < layer.fullRank || allowingAnyRank.contains(index) else { continue }
            let components = Array(order[index].prefix(rank))
            factors[layer.name] = try LayerFactors(pairs: decomposition.factors(index, components: components, scales: scales?[index]))
        }
        let base = metadata == nil ? model.inlined : model.model
        return try Rewriting.apply(factors, to: base, metadata: metadata, allowingAnyRank: !allowingAnyRank.isEmpty).model
    }

    /// How a plan rescales its kept components; nil for not at all.
    private func scales(of plan: RankPlan, samples: [Int]?) throws -> [[Double]]? {
        guard let damping = plan.refitDamping else { return nil }
        let factored = zip(plan.ranks, decomposition.layers).map { $0 < $1.fullRank }
        let used = samples.map { samples in sensitivities.map { $0.samples(samples) } } ?? sensitivities
        return try GateRefit(used, ranks: plan.ranks, adjusted: factored).scales(damping: damping)
    }
}
