/// Chooses one rank per layer by the predicted curves at a price per parameter: a Lagrangian relaxation of the smallest
/// predicted loss under a limit on size. Layers are independent once the price is fixed.
package struct PricedAllocation: Sendable {
    private let layers: [LayerShape]
    /// Predicted loss change by layer and rank.
    private let harm: [[Double]]

    /// - Parameters:
    ///   - curvature: weight of the quadratic term; 1 trusts it, more is safer outside the perturbation range.
    ///   - usesFirstOrder: whether the (shrunk) signed term takes part.
    package init(layers: [LayerShape], curves: [RankCurve], curvature: Double, usesFirstOrder: Bool) {
        self.layers = layers
        harm = curves.map { curve in
            (0...curve.fullRank).map { rank in
                (usesFirstOrder ? curve.shrunkFirstOrder(rank: rank) : 0) + curvature * curve.quadratic[rank]
            }
        }
    }

    /// The plan that minimises predicted harm + price * parameters.
    package func plan(price: Double) -> RankPlan {
        RankPlan(
            ranks: zip(layers, harm).map { layer, harm in
                var best = layer.fullRank
                var lowest = harm[layer.fullRank] + price * Double(layer.denseParameters)
                guard layer.largestSavingRank >= 1 else { return best }
                for rank in 1...layer.largestSavingRank {
                    let value = harm[rank] + price * Double(layer.parameters(rank: rank))
                    if value < lowest { (best, lowest) = (rank, value) }
                }
                return best
            })
    }

    /// The plan with the lowest price that takes at most `limit` parameters in these layers, or nil where rank 1 everywhere takes more.
    package func plan(atMost limit: Int) -> RankPlan? {
        let free = plan(price: 0)
        if free.parameters(of: layers) <= limit { return free }
        var low = 1e-12
        var high = low
        while plan(price: high).parameters(of: layers) > limit {
            guard high < 1e6 else { return nil }
            high *= 10
        }
        for _ in 0..<60 {
            let middle = (low * high).squareRoot()
            if plan(price: middle).parameters(of: layers) <= limit { high = middle } else { low = middle }
        }
        return plan(price: high)
    }
}
