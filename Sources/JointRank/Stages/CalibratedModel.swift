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
    let sensitivities: [ComponentSensitivities]
    let curves: [RankCurve]
    /// Why other layers stay dense.
    let obstacles: [String: String]
    let loss: ClassificationLoss
    let output: String

    /// - Parameter layers: the layers to treat, as far as their gates can be computed.
    init(
        _ model: LoadedModel, layers: [Layer], fit: SampleSource, options: CompressionOptions, progress: ProgressHandler?
    ) throws {
        progress?(Progress(stage: "decomposing \(layers.count) layers", completed: 0, total: nil))
        let all = try Decomposition(layers, of: model.inlined, threads: options.threads)
        let (evaluator, classes) = try model.evaluator(of: fit, options.data)
        var factors: [String: [FactorPair]] = [:]
        for (index, layer) in layers.enumerated() { factors[layer.name] = try all.factors(index) }
        let probe = try SensitivityProbe(
            model: model.inlined, factors: factors, output: evaluator.output, form: evaluator.loss.form, classes: classes,
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
        loss = evaluator.loss
        output = evaluator.output
    }

    /// The model under a plan.
    ///
    /// - Parameters:
    ///   - scales: of each kept component, by layer; nil for ones.
    ///   - allowingAnyRank: whether layers at ranks that save nothing, the full rank among them, are written as factors too.
    func rewritten(
        _ plan: RankPlan, scales: [[Double]]? = nil, metadata: [String: String]? = nil, allowingAnyRank: Set<Int> = []
    ) throws -> Model {
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

extension Decomposition {
    fileprivate func restricted(to names: Set<String>) -> Decomposition {
        Decomposition(self, keeping: layers.indices.filter { names.contains(layers[$0].name) })
    }
}
