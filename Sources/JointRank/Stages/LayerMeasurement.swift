internal import LowRank
internal import ONNXModel
internal import Reporting

/// Measures what each layer of a plan changes by itself: the model as it is, but for that layer, which is as it is written.
struct LayerMeasurement {
    private let prepared: Preparation
    private let measurement: SelectMeasurement
    private let progress: ProgressHandler?

    init(_ prepared: Preparation, options: CompressionOptions, journal: Journal, progress: ProgressHandler?) throws {
        self.prepared = prepared
        self.progress = progress
        // Not the copy in float32 that plans are made with: the layer's own numbers count here.
        measurement = try SelectMeasurement(prepared.model, split: prepared.split, options: options, journal: journal, progress: nil)
    }

    /// By the position of each layer that is changed.
    func changes(by point: FrontierPoint, forced: Set<Int>) throws -> [Int: CompressionReport.Measured] {
        let layers = point.layers.changed(forced: forced)
        var changes: [Int: CompressionReport.Measured] = [:]
        for (number, layer) in layers.enumerated() {
            progress?(Progress(stage: "measuring layers", completed: number, total: layers.count))
            let losses = try measurement.losses("layer") {
                try prepared.written(point, forced: forced, only: layer).inliningExternalData(upTo: Model.largestInMemory)
            }
            let comparison = try PairedComparison(before: measurement.originalLosses, after: losses)
            changes[layer] = .init(
                difference: comparison.difference, standardError: comparison.standardError, samples: comparison.sampleCount)
        }
        return changes
    }
}
