internal import GraphRewriting
internal import LowRank

/// What ranks cost in parameters, for the layers that are treated and for the whole model.
struct LayerCosts: Sendable {
    let byLayer: [RankCosts]
    /// How factors are stored.
    let form: StorageForm
    /// Of the whole model.
    let totalParameters: Int
    /// Of the treated layers, as they are in the model.
    let dense: Double

    init(_ layers: [Layer], form: StorageForm, totalParameters: Int) {
        byLayer = layers.map { layer in
            (0...layer.fullRank).map { rank in
                if rank == layer.fullRank { return Double(layer.weightParameters) }
                let parameters = layer.parameters(rank: rank, form: form)
                return rank >= 1 && parameters < layer.weightParameters ? Double(parameters) : .infinity
            }
        }
        self.form = form
        self.totalParameters = totalParameters
        dense = layers.reduce(0) { $0 + Double($1.weightParameters) }
    }

    /// The least that the layers can cost together.
    var smallest: Double { byLayer.reduce(0) { $0 + ($1.min() ?? 0) } }

    func cost(of ranks: [Int]) -> Double {
        zip(byLayer, ranks).reduce(0) { $0 + $1.0[$1.1] }
    }

    /// Parameters of the whole model when the layers cost so much.
    func modelParameters(atCost cost: Double) -> Int { totalParameters - Int(dense) + Int(cost) }

    /// What a share of the whole model's parameters leaves for the layers.
    func cost(ofShare share: Double) -> Double { (share * Double(totalParameters)).rounded(.down) - (Double(totalParameters) - dense) }

    /// Descending costs for the points of a walk, each about 0.85 of the one before, the last one where a size is asked for.
    func ladder(downTo last: Double?) -> [Double] {
        let step = 0.85
        var limits: [Double] = []
        var next = dense * step
        while next > (last ?? smallest) * 1.02, limits.count < 24 {
            limits.append(next)
            next *= step
        }
        return limits + (last.map { [$0] } ?? [])
    }
}
