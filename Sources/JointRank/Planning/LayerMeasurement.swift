internal import LowRank
internal import ONNXModel
internal import Reporting
internal import Search

/// Measures what each layer of a plan changes by itself: the model as it is, but for that layer, which is as it is written.
enum LayerMeasurement {
    /// By the names of the layers that are changed.
    static func changes(
        by point: FrontierPoint, in calibrated: CalibratedModel, _ run: Run
    ) throws -> [String: CompressionReport.Measured] {
        // Not the copy in float32 that plans are made with: the layer's own numbers count here.
        let candidates = try CandidateEvaluator.measuringOriginal(calibrated.model, on: calibrated.split, run.silent)
        let layers = point.layers.filter(\.isChanged)
        var changes: [String: CompressionReport.Measured] = [:]
        for (number, layer) in layers.enumerated() {
            run.report("measuring layers", completed: number, total: layers.count)
            let losses = try candidates.losses("layer-\(point.layers.key)") {
                try calibrated.written([layer]).inliningExternalData(upTo: Model.largestInMemory)
            }
            let comparison = try PairedComparison(before: candidates.original.losses, after: losses.losses)
            changes[layer.name] = .init(
                difference: comparison.difference, standardError: comparison.standardError, samples: comparison.sampleCount)
        }
        return changes
    }
}
