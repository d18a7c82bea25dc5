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

    /// - Parameters:
    ///   - options: model, calibration data and the choice of layers count; the output does not.
    ///   - ranksPerLayer: how many ranks to measure in each layer, evenly spaced, 1 to 64.
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
        let model = try LoadedModel(path: options.model, threads: options.threads, merging: true)
        let prepared = try Preparation(
            model, split: SampleSplit(model: model, options: options, progress: progress), options: options, isCertified: false,
            journal: Journal(nil),
            progress: progress)
        let measurement = try SelectMeasurement(
            prepared.calibrated, split: prepared.split, options: options, journal: Journal(nil), progress: nil)
        let gates = OrderedGates(try prepared.calibrator.sensitivities(of: prepared.layers, stage: 0))
        let shapes = prepared.layers.shapes
        let pairs = shapes.indices.flatMap { layer in ranks(of: shapes[layer]).map { (layer: layer, rank: $0) } }
        let points = try pairs.enumerated().map { position, pair in
            let kept = shapes.indices.map { $0 == pair.layer ? Array(gates.order[$0].prefix(pair.rank)) : gates.order[$0] }
            let comparison = try measurement.comparison(of: prepared.layers.keeping(kept))
            progress?(Progress(stage: "measuring", completed: position + 1, total: pairs.count))
            let curve = gates.curves[pair.layer]
            return SensitivityReport.Point(
                layer: shapes[pair.layer].name, rank: pair.rank, fullRank: shapes[pair.layer].fullRank,
                firstOrder: curve.firstOrder[pair.rank], quadratic: curve.quadratic[pair.rank], measured: comparison.difference,
                standardError: comparison.standardError, isInRange: curve.isInRange(rank: pair.rank))
        }
        return SensitivityReport(
            model: options.model, fitSamples: prepared.split.fit.count, selectSamples: prepared.split.select.count, points: points)
    }

    /// Evenly spaced ranks below the full one.
    private func ranks(of shape: LayerShape) -> [Int] {
        let count = min(ranksPerLayer, shape.fullRank - 1)
        return (1...max(count, 1)).map { max(1, $0 * shape.fullRank / (count + 1)) }
    }
}
