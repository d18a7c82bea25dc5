internal import Calibration
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import OnnxRuntimeEngine
internal import Reporting

/// Learns from the fit samples what a model's layers do, as often as they change.
struct Calibrator {
    let model: LoadedModel
    let options: CompressionOptions
    let catalogue: LayerCatalogue
    let selectCount: Int
    private let evaluator: LossEvaluator
    private let budget: MemoryBudget
    private let journal: Journal
    private let progress: ProgressHandler?

    /// - Parameters:
    ///   - model: in float32 or float64.
    ///   - budget: nil for what the options allow.
    init(
        _ model: LoadedModel, split: SampleSplit, options: CompressionOptions, budget: MemoryBudget? = nil, journal: Journal,
        progress: ProgressHandler?
    ) throws {
        evaluator = try model.evaluator(of: split.fit.feeding(model.inputs), options.data)
        // Before any long work.
        for other in [split.select, split.certify] { try other.checkLabels(classes: evaluator.output.width) }
        self.model = model
        catalogue = LayerCatalogue(model: model.model)
        selectCount = split.select.count
        self.options = options
        self.journal = journal
        self.progress = progress
        self.budget = budget ?? MemoryBudget(limit: options.memoryLimit)
    }

    /// Puts layers' components in a basis made of their second moments.
    ///
    /// - Parameter layers: given up, so that no layer is held in two bases for longer than a block.
    func expressed(_ layers: consuming FactoredLayers, in basis: Basis) throws -> Expressed {
        var result = layers
        var energies: [String: [Double]] = [:]
        var obstacles: [String: String] = [:]
        let blocks = try budget.blocks(of: result, for: .statistics)
        for (number, block) in blocks.enumerated() {
            let own = result.restricted(to: block)
            let found = try journal.value(
                "statistics", writing: { try $0.record }, reading: { try Expressed($0, of: own.layers, onDisk: own.isOnDisk) }
            ) {
                let sweep = try StatisticsSweep(
                    of: try rewritten(result, except: block), layers: own.layers, factors: own.allFactors, evaluator: evaluator,
                    batch: model.batch, seed: options.seed &+ 1, threads: options.threads
                ) { done, count in
                    progress?(Progress(stage: "collecting statistics" + part(number, of: blocks), completed: done, total: count))
                }
                return try Expressed(own, in: basis, sweep, threads: options.threads)
            }
            obstacles.merge(found.obstacles) { own, _ in own }
            for (layer, squares) in zip(found.layers.layers, found.energies) { energies[layer.name] = squares }
            result.replace(with: found.layers)
        }
        let reached = result.restricted(to: Set(energies.keys))
        return Expressed(layers: reached, energies: reached.layers.map { energies[$0.name] ?? [] }, obstacles: obstacles)
    }

    /// The model with the layers outside of a block as they stand.
    private func rewritten(_ layers: FactoredLayers, except block: Range<Int>) throws -> Model {
        let others = layers.factors().filter { name, _ in !layers.layers[block].contains { $0.name == name } }
        guard !others.isEmpty else { return model.runnable }
        return try Rewriting.apply(others, to: model.runnable, allowingAnyRank: true).model
    }

    private func part(_ number: Int, of blocks: [Range<Int>]) -> String {
        blocks.count > 1 ? ", layers \(blocks[number].lowerBound + 1) to \(blocks[number].upperBound)" : ""
    }

    /// The gates' derivatives, by layer.
    ///
    /// - Parameter stage: counted from 0; each draws output directions of its own.
    func sensitivities(of layers: FactoredLayers, stage: Int) throws -> [ComponentSensitivities] {
        try sensitivities(of: layers, seed: options.seed &+ UInt64(2 + stage), "collecting gates, stage \(stage + 1)")
    }

    /// Seeds of refinements follow those of all stages that there may be.
    private static let firstRefinement: UInt64 = 1 << 32

    /// As ``sensitivities(of:stage:)``, in a round of refinement.
    func sensitivities(of layers: FactoredLayers, refinement round: Int) throws -> [ComponentSensitivities] {
        try sensitivities(
            of: layers, seed: options.seed &+ Calibrator.firstRefinement &+ UInt64(round), "collecting gates, refinement \(round)")
    }

    private func sensitivities(of layers: FactoredLayers, seed: UInt64, _ title: String) throws -> [ComponentSensitivities] {
        let blocks = try budget.blocks(of: layers, for: .gates(samples: evaluator.source.count))
        return try blocks.enumerated().flatMap { number, block in
            let title = title + part(number, of: blocks)
            return try journal.value(
                "gates", writing: ComponentSensitivities.record(of:), reading: ComponentSensitivities.list(in:)
            ) {
                try sensitivities(
                    of: layers.restricted(to: block), in: rewritten(layers, except: block), seed: seed, title)
            }
        }
    }

    private func sensitivities(of layers: FactoredLayers, in model: Model, seed: UInt64, _ title: String) throws -> [ComponentSensitivities]
    {
        let source = evaluator.source
        let probe = try SensitivityProbe(
            model: model, factors: layers.paddedFactors, output: evaluator.output, batch: self.model.batch
        ) { count in
            try source.trial(count)
        }
        let sweep = try SensitivitySweep(probe, over: source, batch: self.model.batch, seed: seed, threads: options.threads) { done in
            progress?(Progress(stage: title, completed: done, total: source.count))
        }
        let found = Dictionary(uniqueKeysWithValues: zip(probe.layers.map(\.name), sweep.sensitivities))
        return try zip(layers.layers, layers.ranks).map { layer, rank in
            guard let own = found[layer.name] else {
                throw JointRankError(.internalError, "no gates of layer '\(layer.name)'")
            }
            return own.reordered(Array(0..<rank))
        }
    }
}
