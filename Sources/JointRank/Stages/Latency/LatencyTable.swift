internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import OnnxRuntimeEngine
internal import Reporting

/// How long layers take in the runtime, at the model's shapes, on this machine: dense, and as factors at a grid of ranks.
struct LatencyTable {
    /// Milliseconds.
    struct Times {
        let dense: Double
        /// By form: rank and time, ranks ascending.
        let factored: [StorageForm: [(rank: Int, time: Double)]]

        /// The time at a rank, between the measured ones by straight lines; nil beyond them.
        func time(rank: Int, form: StorageForm) -> Double? {
            guard let points = factored[form], let upper = points.firstIndex(where: { $0.rank >= rank }) else { return nil }
            guard points[upper].rank > rank, upper > 0 else { return points[upper].time }
            let (low, high) = (points[upper - 1], points[upper])
            return low.time + (high.time - low.time) * Double(rank - low.rank) / Double(high.rank - low.rank)
        }
    }

    /// By layer; nil where a layer could not be timed by itself.
    let times: [Times?]

    /// Ranks to time in each layer and form.
    private static let gridPoints = 6
    /// Seconds to time one form with.
    private static let budget = 0.04

    /// - Parameter storable: by layer, the forms to time.
    init(
        _ layers: [Layer], storable: [[StorageForm]], of model: LoadedModel, types: [String: TensorType], threads: Int,
        progress: ProgressHandler?
    ) throws {
        var cache = LatencyCache()
        let index = GraphIndex(model.runnable)
        let version = try Runtime.shared().version
        times = try layers.enumerated().map { position, layer in
            progress?(Progress(stage: "timing layers", completed: position, total: layers.count))
            guard let single = try SingleLayerModel(layer, of: model.runnable, index: index, types: types) else { return nil }
            let key = { (form: String) in "\(single.signature) \(form); onnxruntime \(version), \(threads) threads" }
            func time(_ form: String, _ make: () throws -> Model) throws -> Double {
                if let known = cache[key(form)] { return known }
                try Task.checkCancellation()
                let session = try Session(model: make().serialized(), options: SessionOptions(intraOpThreads: threads))
                let measured = try LatencyMeasurement.median(of: session, inputs: single.inputs, budget: LatencyTable.budget)
                cache[key(form)] = measured
                return measured
            }
            let dense = try time("dense") { single.dense }
            var factored: [StorageForm: [(rank: Int, time: Double)]] = [:]
            for form in storable[position] {
                factored[form] = try LatencyTable.grid(layer, form).map { rank in
                    (rank, try time("\(layer.scheme) \(form) rank \(rank)") { try single.factored(rank: rank, form: form) })
                }
            }
            // Layer by layer: an interrupted run, and the one that goes on from it, see the same times.
            cache.save()
            return Times(dense: dense, factored: factored)
        }
    }

    /// Channels that the runtime's vector kernels take at a time.
    static let vectorLength = 16

    /// Whether hidden values of a rank fill vectors, or are too few to fill one.
    static func isVectorized(rank: Int) -> Bool { rank < vectorLength || rank % vectorLength == 0 }

    /// Ranks up to the largest that saves parameters, among those that are vectorized.
    static func grid(_ layer: Layer, _ form: StorageForm) -> [Int] {
        let largest = layer.largestSavingRank(form: form)
        guard largest >= 1 else { return [] }
        let ranks = (1...gridPoints).map { largest * $0 / gridPoints }.map {
            isVectorized(rank: $0) ? $0 : $0 / vectorLength * vectorLength
        }
        return Set(ranks.filter { $0 >= 1 }).sorted()
    }
}
