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
    private let progress: ProgressHandler?

    /// - Parameter model: in float32 or float64.
    init(_ model: LoadedModel, split: SampleSplit, options: CompressionOptions, progress: ProgressHandler?) throws {
        evaluator = try model.evaluator(of: split.fit.feeding(model.inputs), options.data)
        // Before any long work.
        for other in [split.select, split.certify] { try other.checkLabels(classes: evaluator.output.width) }
        self.model = model
        catalogue = LayerCatalogue(model: model.model)
        selectCount = split.select.count
        self.options = options
        self.progress = progress
    }

    /// Second moments by layer name, and why the other layers are out of reach.
    func statistics(of layers: FactoredLayers) throws -> StatisticsSweep {
        try StatisticsSweep(
            of: model.runnable, layers: layers.layers, factors: layers.allFactors, evaluator: evaluator, batch: model.batch,
            seed: options.seed &+ 1, threads: options.threads
        ) { done, count in
            progress?(Progress(stage: "collecting statistics", completed: done, total: count))
        }
    }

    /// The layers with their components in a basis once more, for what is left of them.
    func renewed(_ layers: FactoredLayers, basis: Basis) throws -> FactoredLayers {
        try layers.expressed(in: basis, statistics(of: layers).statistics, threads: options.threads).layers
    }

    /// The gates' derivatives, by layer.
    ///
    /// - Parameter stage: counted from 0; each draws output directions of its own.
    func sensitivities(of layers: FactoredLayers, stage: Int) throws -> [ComponentSensitivities] {
        let source = evaluator.source
        let probe = try SensitivityProbe(
            model: model.runnable, factors: layers.paddedFactors, output: evaluator.output, batch: model.batch
        ) { count in
            try source.trial(count)
        }
        let sweep = try SensitivitySweep(
            probe, over: source, batch: model.batch, seed: options.seed &+ UInt64(2 + stage), threads: options.threads
        ) { done in
            progress?(Progress(stage: "collecting gates, stage \(stage + 1)", completed: done, total: source.count))
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
