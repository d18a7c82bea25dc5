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

    /// How far the difference is below a tolerance, in standard errors.
    func margin(to tolerance: Double) -> Double {
        (tolerance - comparison.difference) / max(comparison.standardError, .leastNormalMagnitude)
    }

    /// The difference, a standard error worse than measured: the choice among many candidates favours lucky ones.
    var pessimisticDifference: Double { comparison.difference + comparison.standardError }
}
