internal import Calibration
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import OnnxRuntimeEngine
internal import Search

/// Learns from the fit samples what a model's layers do, as often as they change.
struct Calibrator {
    let model: LoadedModel
    let catalogue: LayerCatalogue
    private let layersByName: [String: Layer]
    /// How far answers are from the original's, or the loss by the labels where the search does not ask.
    private let evaluator: LossEvaluator
    /// The loss by the samples' labels.
    private let labelled: LossEvaluator
    private let budget: MemoryBudget
    private let run: Run

    /// - Parameters:
    ///   - model: in float32 or float64.
    ///   - budget: nil for what the options allow.
    init(_ model: LoadedModel, split: SampleSplit, budget: MemoryBudget? = nil, _ run: Run) throws {
        let labelled = try model.evaluator(of: split.fit.feeding(model.inputs), run.options.data)
        self.labelled = labelled
        evaluator =
            try split.fidelity.map { try model.evaluator(of: $0.fit.feeding(model.inputs), run.options.data.byFidelity) } ?? labelled
        // Before any long work.
        for other in [split.select, split.certify] { try other.checkLabels(classes: evaluator.output.width) }
        self.model = model
        catalogue = LayerCatalogue(model: model.model)
        layersByName = Dictionary(uniqueKeysWithValues: catalogue.layers.map { ($0.name, $0) })
        self.run = run
        self.budget = budget ?? MemoryBudget(limit: run.options.memoryLimit)
    }

    /// Puts layers' components in a basis made of their second moments.
    ///
    /// - Parameters:
    ///   - layers: given up, so that no layer is held in two bases for longer than a block.
    ///   - most: samples to use at most.
    func expressed(
        _ layers: consuming [FactoredLayer], in basis: Basis, most: Int = StatisticsSweep.mostSamples
    ) throws -> BasisLayers {
        var result = layers
        var obstacles: [String: String] = [:]
        var reached: Set<String> = []
        let blocks = try budget.blocks(of: result, for: .statistics)
        for (number, block) in blocks.enumerated() {
            let own = Array(result[block])
            let found = try run.journal.value(
                "statistics", writing: { try $0.record }, reading: { try BasisLayers($0, of: own) }
            ) {
                let sweep = try StatisticsSweep.collecting(
                    from: try rewritten(result, except: block), layers: catalogued(own), factors: own.allFactors, evaluator: evaluator,
                    batch: model.batch, most: most, seed: run.options.seed &+ 1, threads: run.options.threads,
                    on: run.placements.place("the graph that collects statistics", of: model, run)
                ) { done, count in
                    run.report("collecting statistics" + part(number, of: blocks), completed: done, total: count)
                }
                return try BasisLayers(own, in: basis, sweep, threads: run.options.threads)
            }
            obstacles.merge(found.obstacles) { own, _ in own }
            reached.formUnion(found.layers.map(\.name))
            let expressed = Dictionary(uniqueKeysWithValues: found.layers.map { ($0.name, $0) })
            for index in block { result[index] = expressed[result[index].name] ?? result[index] }
        }
        return BasisLayers(layers: result.filter { reached.contains($0.name) }, obstacles: obstacles)
    }

    /// The catalogue's entries of layers, in their schemes.
    func catalogued(_ layers: [FactoredLayer]) throws -> [Layer] {
        try layers.map { layer in
            guard let known = layersByName[layer.name]?.viewed(as: layer.shape.scheme) else {
                throw JointRankError(.internalError, "no layer '\(layer.name)' in the catalogue")
            }
            return known
        }
    }

    /// The model with the layers outside of a block as they stand.
    private func rewritten(_ layers: [FactoredLayer], except block: Range<Int>) throws -> Model {
        let others = (layers[..<block.lowerBound] + layers[block.upperBound...]).filter { !$0.isDense }
        guard !others.isEmpty else { return model.runnable }
        return try Rewriting.apply(Array(others).factors(), to: model.runnable, allowingAnyRank: true).model
    }

    private func part(_ number: Int, of blocks: [Range<Int>]) -> String {
        blocks.count > 1 ? ", layers \(blocks[number].lowerBound + 1) to \(blocks[number].upperBound)" : ""
    }

    /// The gates' derivatives, by layer.
    func sensitivities(
        of layers: [FactoredLayer], at moment: GateMoment, towards target: SearchTarget
    ) throws -> [ComponentSensitivities] {
        let evaluator = target == .labels ? labelled : evaluator
        let blocks = try budget.blocks(of: layers, for: .gates(samples: evaluator.source.count))
        return try blocks.enumerated().flatMap { number, block in
            let task = "collecting gates, \(moment.title)" + part(number, of: blocks)
            return try run.journal.value(
                "gates", writing: ComponentSensitivities.record(of:), reading: ComponentSensitivities.list(in:)
            ) {
                try sensitivities(
                    of: Array(layers[block]), in: rewritten(layers, except: block), evaluator, seed: run.options.seed &+ moment.seed, task)
            }
        }
    }

    private func sensitivities(
        of layers: [FactoredLayer], in model: Model, _ evaluator: LossEvaluator, seed: UInt64, _ task: String
    ) throws -> [ComponentSensitivities] {
        let source = evaluator.source
        let probe = try SensitivityProbe(
            model: model, factors: layers.paddedFactors, output: evaluator.output, batch: self.model.batch
        ) { count in
            try source.trial(count)
        }
        let found = try SensitivitySweep.collecting(
            by: probe, over: source, batch: self.model.batch, seed: seed, threads: run.options.threads,
            on: run.placements.place("the graph that collects gates", of: self.model, run)
        ) { done in
            run.report(task, completed: done, total: source.count)
        }
        let sensitivities = Dictionary(uniqueKeysWithValues: zip(probe.layers.map(\.name), found.sensitivities))
        return try layers.map { layer in
            guard let own = sensitivities[layer.name] else {
                throw JointRankError(.internalError, "no gates of layer '\(layer.name)'")
            }
            return own.reordered(Array(0..<layer.rank))
        }
    }
}

extension GateMoment {
    /// Seeds of refinements follow those of all stages that there may be.
    private static let firstRefinement: UInt64 = 1 << 32

    /// What is added to the run's seed.
    fileprivate var seed: UInt64 {
        switch self {
        case .stage(let number): UInt64(2 + number)
        case .refinement(let number): GateMoment.firstRefinement &+ UInt64(number)
        }
    }

    /// In progress, where people count from 1.
    fileprivate var title: String {
        switch self {
        case .stage(let number): "stage \(number + 1)"
        case .refinement(let number): "refinement \(number)"
        }
    }
}
