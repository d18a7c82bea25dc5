internal import LowRank

/// A smaller model that was measured on the select samples.
struct FrontierPoint: Sendable {
    /// What one layer's rank was predicted to do by itself, when it was chosen.
    struct Prediction: Sendable {
        let firstOrder: Double
        let curvature: Double
        let isInRange: Bool
    }

    let layers: FactoredLayers
    /// What the layers' weights cost, in the currency of the search.
    let cost: Double
    /// Select loss against the original's.
    let comparison: PairedComparison
    /// By layer; nil where the method predicts nothing.
    var predictions: [Prediction?] = []

    /// The model whose layers are all as they were: smaller only by weights that the file holds twice, and the same to the last bit.
    ///
    /// - Parameter losses: the original's on the select samples.
    static func unchanged(_ layers: FactoredLayers, cost: Double, losses: [Double]) throws -> FrontierPoint {
        FrontierPoint(layers: layers, cost: cost, comparison: try PairedComparison(before: losses, after: losses))
    }

    /// How far the point is from failing, in standard errors, if the certify samples say what the select samples say: it passes with an
    /// upper bound of at most the tolerance (see `Verdict`).
    func margin(tolerance: Double) -> Double {
        let room = tolerance - comparison.upperBound95
        return comparison.standardError > 0 ? room / comparison.standardError : room >= 0 ? .infinity : -.infinity
    }

    /// The difference, a standard error worse than measured: the choice among many candidates favours lucky ones.
    var pessimisticDifference: Double { comparison.difference + comparison.standardError }
}
