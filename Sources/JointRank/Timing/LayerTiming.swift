internal import Calibration
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import Search

/// Finds out how long layers take in the runtime, at the model's shapes: dense, and as factors at a grid of ranks.
enum LayerTiming {
    /// By layer; nil where a layer could not be timed by itself.
    ///
    /// - Parameter storable: by layer, the forms to time.
    static func times(
        of layers: [Layer], storable: [[StorageForm]], in model: LoadedModel, types: ObservedTypes, from source: LatencySource, _ run: Run
    ) throws -> [LayerTimes?] {
        var cache = LatencyCache()
        let index = GraphIndex(model.runnable)
        let samples = try source.samples(of: model)
        return try layers.enumerated().map { position, layer -> LayerTimes? in
            run.report("timing layers", completed: position, total: layers.count)
            guard let single = try SingleLayerModel(layer, of: model.runnable, index: index, types: types, samples: samples) else {
                return nil
            }
            let times = try source.times(of: single, storable[position], &cache)
            // Layer by layer: an interrupted run, and the one that goes on from it, see the same times.
            cache.save()
            return times
        }
    }
}
