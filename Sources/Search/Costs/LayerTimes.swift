package import LowRank

/// How long a layer takes, in milliseconds: dense, and as factors at a grid of ranks.
package struct LayerTimes: Sendable {
    package let dense: Double
    /// By form: rank and time, ranks ascending.
    private let factored: [StorageForm: [(rank: Int, time: Double)]]

    package init(dense: Double, factored: [StorageForm: [(rank: Int, time: Double)]]) {
        self.dense = dense
        self.factored = factored
    }

    /// The time at a rank, between the measured ones by straight lines; nil beyond them.
    package func time(rank: Int, form: StorageForm) -> Double? {
        guard let points = factored[form], let upper = points.firstIndex(where: { $0.rank >= rank }) else { return nil }
        guard points[upper].rank > rank, upper > 0 else { return points[upper].time }
        let (low, high) = (points[upper - 1], points[upper])
        return low.time + (high.time - low.time) * Double(rank - low.rank) / Double(high.rank - low.rank)
    }
}
