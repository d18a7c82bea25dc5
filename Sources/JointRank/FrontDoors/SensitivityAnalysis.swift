internal import LowRank
public import Reporting
internal import Search

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
            return try measure(Run(options, progress))
        } catch {
            throw JointRankError(error)
        }
    }

    private func measure(_ run: Run) throws -> SensitivityReport {
        let model = try LoadedModel(
            path: options.model, threads: options.threads, provider: options.calibrationProvider.engine, merging: true)
        let split = try SampleSplit.reading(for: model, run)
        let calibrated = try CalibratedModel.calibrating(model, split: split, isCertified: false, run)
        let candidates = try CandidateEvaluator.measuringOriginal(calibrated.inSinglePrecision, on: split, run.silent)
        let network = RuntimeNetwork(calibrated, candidates, run)
        let layers = calibrated.layers
        let gates = OrderedGates(try network.sensitivities(of: layers, at: .stage(0), towards: .labels))
        let pairs = layers.indices.flatMap { layer in ranks(of: layers[layer].shape).map { (layer: layer, rank: $0) } }
        let points = try pairs.enumerated().map { position, pair in
            let kept = layers.indices.map { $0 == pair.layer ? Array(gates.order[$0].prefix(pair.rank)) : gates.order[$0] }
            let (loss, answers) = try candidates.measures(of: layers.keeping(kept))
            run.report("measuring", completed: position + 1, total: pairs.count)
            let (shape, curve) = (layers[pair.layer].shape, gates.curves[pair.layer])
            return SensitivityReport.Point(
                layer: shape.name, rank: pair.rank, fullRank: shape.fullRank,
                firstOrder: curve.firstOrder[pair.rank], quadratic: curve.quadratic[pair.rank], measured: loss.difference,
                standardError: loss.standardError, isInRange: curve.isInRange(rank: pair.rank), accuracy: answers?.accuracy,
                calibrated: answers?.calibrated, disagreement: answers?.disagreement)
        }
        return SensitivityReport(model: options.model, fitSamples: split.counts.fit, selectSamples: split.counts.select, points: points)
    }

    /// Evenly spaced ranks below the full one.
    private func ranks(of shape: LayerShape) -> [Int] {
        let count = min(ranksPerLayer, shape.fullRank - 1)
        return (1...max(count, 1)).map { max(1, $0 * shape.fullRank / (count + 1)) }
    }
}
