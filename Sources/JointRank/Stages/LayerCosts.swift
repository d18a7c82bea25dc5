internal import GraphRewriting
internal import LowRank

/// What ranks cost, and in which form each is stored, for the layers that are treated.
struct LayerCosts: Sendable {
    /// By layer and rank, in the currency that counts: parameters, or milliseconds; infinite for ranks that are not to be had.
    let byLayer: [RankCosts]
    /// By layer and rank; nil for ranks that are not to be had, and for the dense layer.
    private let forms: [[StorageForm?]]
    private let layers: [Layer]
    /// By layer and form, where layers were timed; for the report.
    private let times: [LatencyTable.Times?]?
    private let optimize: Optimization
    /// Parameters of the whole model.
    let totalParameters: Int
    /// Parameters that the model holds twice, and that go whatever the ranks.
    private let mergedParameters: Int

    /// A factored layer must be faster than the dense one by this factor to count as no slower: a stopwatch is not exact.
    private static let margin = 0.97

    /// - Parameters:
    ///   - storable: by layer, the forms that the model's operators allow.
    ///   - latency: what the layers take; nil where size alone counts.
    init(
        _ layers: [Layer], storable: [[StorageForm]], optimize: Optimization, latency: LatencyTable?, totalParameters: Int,
        mergedParameters: Int = 0
    ) {
        var byLayer: [RankCosts] = []
        var forms: [[StorageForm?]] = []
        for (position, layer) in layers.enumerated() {
            let times = latency?.times[position]
            let options = (0...layer.fullRank).map { rank in
                rank == layer.fullRank || rank == 0
                    ? nil
                    : LayerCosts.form(
                        layer, among: storable[position], rank: rank, optimize: optimize, times: times)
            }
            forms.append(options)
            byLayer.append(
                options.enumerated().map { rank, form in
                    if rank == layer.fullRank {
                        return optimize == .latency ? times?.dense ?? 0 : Double(layer.weightParameters)
                    }
                    guard let form else { return .infinity }
                    if optimize == .latency { return times?.time(rank: rank, form: form) ?? .infinity }
                    return Double(layer.parameters(rank: rank, form: form))
                })
        }
        self.layers = layers
        self.optimize = optimize
        times = latency?.times
        self.byLayer = byLayer
        self.forms = forms
        self.totalParameters = totalParameters
        self.mergedParameters = mergedParameters
    }

    /// The best form at a rank: of those that save parameters, and where time counts are no slower than the dense layer, the smallest or the
    /// fastest.
    private static func form(
        _ layer: Layer, among forms: [StorageForm], rank: Int, optimize: Optimization, times: LatencyTable.Times?
    ) -> StorageForm? {
        let saving = forms.filter { layer.parameters(rank: rank, form: $0) < layer.weightParameters }
        guard optimize != .size else {
            return saving.min { layer.parameters(rank: rank, form: $0) < layer.parameters(rank: rank, form: $1) }
        }
        // Where time counts, no rank is worth a slower kernel.
        guard let times, LatencyTable.isVectorized(rank: rank) else { return nil }
        let timed = saving.compactMap { form in times.time(rank: rank, form: form).map { (form: form, time: $0) } }
            .filter { $0.time <= margin * times.dense }
        return timed.min { first, second in
            optimize == .latency
                ? first.time < second.time
                : layer.parameters(rank: rank, form: first.form) < layer.parameters(rank: rank, form: second.form)
        }?.form
    }

    /// The form that a layer is stored in at a rank.
    func form(layer: Int, rank: Int) -> StorageForm { forms[layer].indices.contains(rank) ? forms[layer][rank] ?? .factors : .factors }

    /// Milliseconds of a layer by itself, dense and at a rank in a form; nil where it was not timed there.
    func latency(layer: Int, rank: Int, form: StorageForm?) -> (before: Double, after: Double)? {
        guard let times, times.indices.contains(layer), let own = times[layer] else { return nil }
        guard let form else { return (own.dense, own.dense) }
        return own.time(rank: rank, form: form).map { (own.dense, $0) }
    }

    /// Why a layer has no rank to choose; nil where it has one.
    func obstacle(layer: Int) -> String? {
        guard byLayer[layer].dropLast().allSatisfy({ !$0.isFinite }) else { return nil }
        guard optimize != .size else { return "no rank stores fewer parameters" }
        guard let times, times[layer] != nil else {
            return "it could not be timed by itself, and time counts with --optimize \(optimize.rawValue)"
        }
        return "no rank stores fewer parameters and is measured to be faster here; --optimize size ignores time"
    }

    /// What all layers cost as they are in the model.
    var dense: Double { byLayer.reduce(0) { $0 + ($1.last ?? 0) } }

    /// The least that the layers can cost together.
    var smallest: Double { byLayer.reduce(0) { $0 + ($1.min() ?? 0) } }

    func cost(of ranks: [Int]) -> Double {
        zip(byLayer, ranks).reduce(0) { $0 + $1.0[$1.1] }
    }

    /// Parameters of the whole model at some ranks.
    ///
    /// - Parameter forced: layers that are stored as two factors, whatever that saves.
    func modelParameters(at ranks: [Int], forced: Set<Int> = []) -> Int {
        layers.indices.reduce(totalParameters - mergedParameters) { sum, index in
            let layer = layers[index]
            let isForced = forced.contains(index)
            guard ranks[index] < layer.fullRank || isForced else { return sum }
            let form = isForced ? StorageForm.factors : form(layer: index, rank: ranks[index])
            return sum - layer.weightParameters + layer.parameters(rank: ranks[index], form: form)
        }
    }

    /// The share of the model's parameters that stays at some ranks.
    func keptShare(at ranks: [Int]) -> Double { Double(modelParameters(at: ranks)) / Double(totalParameters) }

    /// The smallest share that can be reached.
    var smallestShare: Double {
        keptShare(at: byLayer.map { costs in costs.indices.min { costs[$0] < costs[$1] } ?? 0 })
    }

    /// What the layers may cost together at a share of the model's parameters, or of the layers' time.
    func limit(forShare share: Double, optimize: Optimization) -> Double {
        if optimize == .latency { return share * dense }
        let treated = Double(layers.reduce(0) { $0 + $1.weightParameters })
        return (share * Double(totalParameters)).rounded(.down) - (Double(totalParameters - mergedParameters) - treated)
    }

    /// Descending costs for the points of a walk, each about 0.85 of the one before.
    ///
    /// - Parameter share: of all parameters, where the walk ends; costs in milliseconds end where nothing is left to save.
    func ladder(downTo share: Double?, optimize: Optimization) -> [Double] {
        let step = 0.85
        let asked = optimize == .latency ? nil : share.map { limit(forShare: $0, optimize: optimize) }
        let last = max(asked ?? 0, smallest)
        var limits: [Double] = []
        var next = dense * step
        while next > last * 1.02, limits.count < 24 {
            limits.append(next)
            next *= step
        }
        return limits + (asked == nil ? [] : [last])
    }
}
