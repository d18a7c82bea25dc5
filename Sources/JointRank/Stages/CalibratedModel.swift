internal import Calibration
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import OnnxRuntimeEngine
internal import Reporting

/// A model whose layers are decomposed, with the sensitivities of their components on the fit samples.
struct CalibratedModel: Sendable {
    let model: LoadedModel
    let decomposition: Decomposition
    /// By layer: its components, those kept longest first.
    let order: [[Int]]
    /// By layer, in `order`.
    private(set) var sensitivities: [ComponentSensitivities]
    let curves: [RankCurve]
    /// Why other layers stay dense.
    let obstacles: [String: String]
    private let probe: SensitivityProbe
    private let loss: ClassificationLoss

    /// - Parameter layers: the layers to treat, as far as their gates can be computed.
    init(
        _ model: LoadedModel, layers: [Layer], fit: SampleSource, options: CompressionOptions, progress: ProgressHandler?
    ) throws {
        progress?(Progress(stage: "decomposing \(layers.count) layers", completed: 0, total: nil))
        let (evaluator, classes) = try model.evaluator(of: fit, options.data)
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
        let sweep = try SensitivitySweep(
            probe, over: fit, loss: evaluator.loss, batch: model.batch, seed: options.seed, threads: options.threads
        ) { done in
            progress?(Progress(stage: "calibrating", completed: done, total: fit.count))
        }

        let reached = Set(probe.layers.map(\.name))
        self.model = model
        decomposition = all.restricted(to: reached)
        obstacles = probe.obstacles
        order = sweep.sensitivities.map { ComponentOrder.fisher.indices($0) }
        sensitivities = zip(sweep.sensitivities, order).map { $0.reordered($1) }
        curves = sensitivities.map { RankCurve($0) }
        self.probe = probe
        loss = evaluator.loss
    }

    /// With the sensitivities of further samples, for a refit that knows more than the plan did.
    func extended(by samples: SampleSource, options: CompressionOptions, progress: ProgressHandler?) throws -> CalibratedModel {
        // Another seed: the same drawn directions for other samples would not be independent.
        let sweep = try SensitivitySweep(
            probe, over: samples, loss: loss, batch: model.batch, seed: options.seed &+ 1, threads: options.threads
        ) { done in
            progress?(Progress(stage: "refitting", completed: done, total: samples.count))
        }
        var copy = self
        for (index, more) in sweep.sensitivities.enumerated() { copy.sensitivities[index].append(more.reordered(order[index])) }
        return copy
    }

    /// How a plan rescales its kept components; nil for not at all.
    func scales(of plan: RankPlan) throws -> [[Double]]? {
        guard let damping = plan.refitDamping else { return nil }
        let factored = zip(plan.ranks, decomposition.layers).map { $0 < $1.fullRank }
        return try GateRefit(sensitivities, ranks: plan.ranks, adjusted: factored).scales(damping: damping)
    }

    /// The model under a plan.
    ///
    /// - Parameters:
    ///   - metadata: for the model's `metadata_props`; where given, tensors that are kept as external data stay there.
    ///   - allowingAnyRank: whether layers at ranks that save nothing, the full rank among them, are written as factors too.
    func rewritten(
        _ plan: RankPlan, metadata: [String: String]? = nil, allowingAnyRank: Set<Int> = []
    ) throws -> Model {
        let scales = try scales(of: plan)
        var factors: [String: [FactorPair]] = [:]
        for (index, layer) in decomposition.layers.enumerated() {
            let rank = plan.ranks[index]
            guard rank < layer.fullRank || allowingAnyRank.contains(index) else { continue }
            factors[layer.name] = try decomposition.factors(index, components: Array(order[index].prefix(rank)), scales: scales?[index])
        }
        let base = metadata == nil ? model.inlined : model.model
        return try Rewriting.apply(factors, to: base, metadata: metadata, allowingAnyRank: !allowingAnyRank.isEmpty).model
    }
}
