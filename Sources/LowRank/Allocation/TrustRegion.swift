/// How far one step may go before new predictions are made: the largest divergence that it may be predicted to cause.
///
/// The classical rule (J. Nocedal and S. J. Wright, "Numerical Optimization", 2006, chapter 4): a step whose measured change is near the
/// predicted one lets the next one go further, a step that is worse than predicted beyond its noise is taken back and made smaller.
package struct TrustRegion: Sendable {
    /// In nats.
    package private(set) var radius: Double

    private static let growth = 2.5
    private static let shrinkage = 0.25

    package init(radius: Double = 0.003) {
        self.radius = radius
    }

    /// Takes note of a step.
    ///
    /// - Parameters:
    ///   - predicted: the change of the loss that was predicted.
    ///   - measured: that was measured, and its standard error.
    /// - Returns: whether the prediction held well enough to keep the step.
    package mutating func accepts(predicted: Double, measured: Double, standardError: Double) -> Bool {
        guard measured <= 2 * max(predicted, radius) + 2 * standardError else {
            radius *= TrustRegion.shrinkage
            return false
        }
        radius = min(radius * TrustRegion.growth, RankCurve.largestCurvature)
        return true
    }
}
