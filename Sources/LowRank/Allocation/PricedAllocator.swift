package import LinearAlgebra

/// Minimises the sum of the layers' predicted harm under a limit on cost, by a price for every unit of cost (Lagrangian relaxation): once the
/// price is fixed, layers are independent.
package struct PricedAllocator: Allocator {
    /// By layer and rank.
    private let harm: [[Double]]
    private let costs: [RankCosts]

    package init(harm: [[Double]], costs: [RankCosts]) {
        self.harm = harm
        self.costs = costs
    }

    /// Harm is the share of each layer's energy, the sum of its squared singular values, that is cut off (BALF, arXiv 2509.25136).
    package init(normalisedEnergies energies: [[Double]], costs: [RankCosts]) {
        self.init(
            harm: energies.map { layer in
                let total = layer.reduce(0, +)
                return PricedAllocator.tails(layer).map { total > 0 ? $0 / total : 0 }
            }, costs: costs)
    }

    /// Harm is the energy that is cut off, in a basis in which the energies of different layers can be compared.
    package init(energies: [[Double]], costs: [RankCosts]) {
        self.init(harm: energies.map(PricedAllocator.tails), costs: costs)
    }

    /// Harm is the first-order change plus the curvature within the perturbation range, where the two predict; beyond it only the curvature
    /// counts (arXiv 2412.06867, reconstructed from its abstract).
    package init(curves: [RankCurve], costs: [RankCosts]) {
        self.init(
            harm: curves.map { curve in
                (0...curve.fullRank).map { curve.isInRange(rank: $0) ? curve.predicted(rank: $0) : curve.quadratic[$0] }
            }, costs: costs)
    }

    package func ranks(costAtMost limit: Double) throws(LinearAlgebraError) -> [Int]? {
        PriceSearch.cheapest(costAtMost: limit) { price in
            let ranks = zip(harm, costs).map { harm, costs in
                var best = costs.count - 1
                var lowest = Double.infinity
                for rank in costs.indices.reversed() {
                    let value = harm[rank] + price * costs[rank]
                    if value < lowest { (best, lowest) = (rank, value) }
                }
                return best
            }
            return (ranks, zip(costs, ranks).reduce(0) { $0 + $1.0[$1.1] })
        }
    }

    /// By rank kept: the sum of the energies from there on.
    private static func tails(_ energies: [Double]) -> [Double] {
        var tails = [Double](repeating: 0, count: energies.count + 1)
        for index in energies.indices.reversed() { tails[index] = tails[index + 1] + energies[index] }
        return tails
    }
}
