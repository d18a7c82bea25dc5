package import LinearAlgebra

/// Every layer keeps the same share of its dense cost.
package struct UniformAllocator: Allocator {
    private let costs: [RankCosts]

    package init(costs: [RankCosts]) {
        self.costs = costs
    }

    package func ranks(costAtMost limit: Double) throws(LinearAlgebraError) -> [Int]? {
        // A higher price stands for a smaller share.
        PriceSearch.cheapest(costAtMost: limit) { price in
            let share = 1 / (1 + price)
            let ranks = costs.map { costs in
                let dense = costs.last ?? 0
                return costs.indices.last { costs[$0].isFinite && costs[$0] <= share * dense } ?? UniformAllocator.cheapest(costs)
            }
            return (ranks, zip(costs, ranks).reduce(0) { $0 + $1.0[$1.1] })
        }
    }

    private static func cheapest(_ costs: RankCosts) -> Int {
        costs.indices.min { costs[$0] < costs[$1] } ?? 0
    }
}
