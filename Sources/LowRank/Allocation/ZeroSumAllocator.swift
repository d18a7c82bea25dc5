package import LinearAlgebra

/// Removes components one after the other so that the running sum of their signed first-order changes stays near zero (ZS-SVD,
/// arXiv 2602.02848): of all layers' last components, the one goes that brings the sum closest to zero.
package struct ZeroSumAllocator: Allocator {
    /// By layer and component: the first-order change of the loss when it is removed.
    private let changes: [[Double]]
    private let costs: [RankCosts]

    package init(curves: [RankCurve], costs: [RankCosts]) {
        changes = curves.map { curve in (0..<curve.fullRank).map { curve.firstOrder[$0] - curve.firstOrder[$0 + 1] } }
        self.costs = costs
    }

    package func ranks(costAtMost limit: Double) throws(LinearAlgebraError) -> [Int]? {
        var ranks = costs.map { $0.count - 1 }
        var cost = zip(costs, ranks).reduce(0) { $0 + $1.0[$1.1] }
        var sum = 0.0
        while cost > limit {
            let candidates = ranks.indices.filter { ranks[$0] > 0 && costs[$0][ranks[$0] - 1].isFinite }
            let next = candidates.min { abs(sum + changes[$0][ranks[$0] - 1]) < abs(sum + changes[$1][ranks[$1] - 1]) }
            guard let next else { return nil }
            ranks[next] -= 1
            sum += changes[next][ranks[next]]
            cost += costs[next][ranks[next]] - costs[next][ranks[next] + 1]
        }
        return ranks
    }
}
