internal import LowRank

/// What a layer's rank was predicted to do to the loss by itself, when it was chosen.
package struct RankPrediction: Sendable, Hashable, Codable {
    package let firstOrder: Double
    package let curvature: Double
    /// Whether the rank is within the perturbation range, where predictions hold.
    package let isInRange: Bool

    package init(firstOrder: Double, curvature: Double, isInRange: Bool) {
        self.firstOrder = firstOrder
        self.curvature = curvature
        self.isInRange = isInRange
    }

    init(_ curve: RankCurve, rank: Int) {
        self.init(firstOrder: curve.firstOrder[rank], curvature: curve.quadratic[rank], isInRange: curve.isInRange(rank: rank))
    }

    package var change: Double { firstOrder + curvature }
}
