internal import Calibration
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import OnnxRuntimeEngine
public import Reporting

/// Sets predicted changes of the loss beside measured ones, one layer and rank at a time: how far the predictions can be trusted on this
/// model. Nothing is written.
public struct SensitivityAnalysis: Sendable {
    private let options: CompressionOptions
    /// Ranks to measure in each layer.
    private let ranksPerLayer: Int

    /// - Parameter options: model, calibration data and the choice of layers count; the output does not.
    public init(_ options: CompressionOptions, ranksPerLayer: Int = 5) {
        self.options = options
        self.ranksPerLayer = ranksPerLayer
    }

    /// - Throws: ``JointRankError``.
    public func run(progress: ProgressHandler? = nil) throws(JointRankError) -> SensitivityReport {
        try options.check()
        guard (1...64).contains(ranksPerLayer) else { throw JointRankError(.usage, "--ranks \(ranksPerLayer): 1 to 64 are possible") }
        do {
            return try measure(progress)
        } catch {
            throw JointRankError(error)
        }
    }

    private func measure(_ progress: ProgressHandler?) throws -> SensitivityReport {
        let model = try LoadedModel(path: options.model, threads: options.threads)
        let selection = LayerSelection(include: options.include, exclude: options.exclude)
        let layers = try selection.layers(in: LayerCatalogue(model: model.model))
        let split = try SampleSplit(model: model, options: options)
        let calibrated = try CalibratedModel(model, layers: layers, split: split, options: options, progress: progress)
        let (evaluator, _) = try model.evaluator(of: split.select, options.data)
        let original = try evaluator.evaluate(model.session)

        let shapes = calibrated.decomposition.shapes
        let pairs = shapes.indices.flatMap { layer in ranks(of: shapes[layer]).map { (layer: layer, rank: $0) } }
        let points = try pairs.enumerated().map { position, pair in
            let plan = RankPlan.dense(shapes).replacing(layer: pair.layer, rank: pair.rank)
            let changed = try calibrated.rewritten(plan, allowingAnyRank: [pair.layer])
            let session = try Session(model: changed.serialized(), options: SessionOptions(intraOpThreads: options.threads))
            let comparison = try PairedComparison(before: original.losses, after: evaluator.evaluate(session).losses)
            progress?(Progress(stage: "measuring", completed: position + 1, total: pairs.count))
            let curve = calibrated.curves[pair.layer]
            return SensitivityReport.Point(
                layer: shapes[pair.layer].name, rank: pair.rank, fullRank: shapes[pair.layer].fullRank,
                firstOrder: curve.firstOrder[pair.rank], quadratic: curve.quadratic[pair.rank], measured: comparison.difference,
                standardError: comparison.standardError, isInRange: curve.isInRange(rank: pair.rank))
        }
        return SensitivityReport(
            model: options.model, fitSamples: split.fit.count, selectSamples: split.select.count, points: points)
    }

    /// Evenly spaced ranks below the full one.
    private func ranks(of shape: LayerShape) -> [Int] {
        let count = min(ranksPerLayer, shape.fullRank - 1)
        return (1...max(count, 1)).map { max(1, $0 * shape.fullRank / (count + 1)) }
    }
}
