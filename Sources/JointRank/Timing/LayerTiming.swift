internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import OnnxRuntimeEngine
internal import Search

/// Measures how long layers take in the runtime, at the model's shapes, on this machine: dense, and as factors at a grid of ranks.
enum LayerTiming {
    /// Ranks to time in each layer and form.
    private static let gridPoints = 6
    /// Seconds to time one form with.
    private static let budget = 0.04

    /// By layer; nil where a layer could not be timed by itself.
    ///
    /// - Parameter storable: by layer, the forms to time.
    static func times(
        of layers: [Layer], storable: [[StorageForm]], in model: LoadedModel, types: [String: TensorType], _ run: Run
    ) throws -> [LayerTimes?] {
        var cache = LatencyCache()
        let index = GraphIndex(model.runnable)
        let version = try Runtime.shared().version
        let threads = run.options.threads
        return try layers.enumerated().map { position, layer in
            run.report("timing layers", completed: position, total: layers.count)
            guard let single = try SingleLayerModel(layer, of: model.runnable, index: index, types: types) else { return nil }
            let key = { (form: String) in
                "\(single.signature) \(form); onnxruntime \(version), \(threads) threads, \(RunClock(threads: threads)) time"
            }
            func time(_ form: String, _ make: () throws -> Model) throws -> Double {
                if let known = cache[key(form)] { return known }
                try Task.checkCancellation()
                let session = try Session(model: make().serialized(), options: SessionOptions(intraOpThreads: threads))
                let measured = try LatencyMeasurement(threads: threads, budget: LayerTiming.budget).median(
                    of: session, inputs: single.inputs)
                cache[key(form)] = measured
                return measured
            }
            let dense = try time("dense") { single.dense }
            var factored: [StorageForm: [(rank: Int, time: Double)]] = [:]
            for form in storable[position] {
                factored[form] = try LayerTiming.grid(layer, form).map { rank in
                    (rank, try time("\(layer.scheme) \(form) rank \(rank)") { try single.factored(rank: rank, form: form) })
                }
            }
            // Layer by layer: an interrupted run, and the one that goes on from it, see the same times.
            cache.save()
            return LayerTimes(dense: dense, factored: factored)
        }
    }

    /// Ranks up to the largest that saves parameters, among those that are vectorized.
    static func grid(_ layer: Layer, _ form: StorageForm) -> [Int] {
        let largest = layer.shape.largestSavingRank(form: form)
        guard largest >= 1 else { return [] }
        let ranks = (1...gridPoints).map { largest * $0 / gridPoints }.map {
            VectorLength.isFilled(rank: $0) ? $0 : $0 / VectorLength.channels * VectorLength.channels
        }
        return Set(ranks.filter { $0 >= 1 }).sorted()
    }
}
