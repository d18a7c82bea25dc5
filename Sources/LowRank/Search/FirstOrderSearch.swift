/// The two greedy algorithms of "Lossless Model Compression via Joint Low-Rank Factorization Optimization"
/// (arXiv 2412.06867), reconstructed from its abstract: the paper's body and code are not public.
///
/// Predictions choose the candidates, measurements on the select set decide.
package struct FirstOrderSearch {
    package let layers: [LayerShape]
    package let curves: [RankCurve]
    private var measure: PlanMeasurement

    /// What a search settled on.
    package struct Outcome: Sendable {
        package let plan: RankPlan
        /// Measured on the select set; nil for the original itself.
        package let comparison: PairedComparison?
        package let measuredPlans: Int
    }

    package init(layers: [LayerShape], curves: [RankCurve], measure: PlanMeasurement) {
        self.layers = layers
        self.curves = curves
        self.measure = measure
    }

    /// The best loss: in every layer the rank in the perturbation range with the lowest predicted loss, accepted from the
    /// largest predicted decrease on, each only if the measured loss falls; then down to `limit`, if that is smaller still.
    ///
    /// - Parameter limit: the most parameters that the layers may take together; nil for no limit.
    /// - Returns: nil where the limit is below what rank 1 everywhere takes.
    package mutating func lossless(limit: Int?) throws -> Outcome? {
        var plan = RankPlan.dense(layers)
        var best: PairedComparison?
        for (layer, rank) in improvements() {
            let trial = plan.replacing(layer: layer, rank: rank)
            let comparison = try measure(trial)
            if comparison.difference < best?.difference ?? 0 { (plan, best) = (trial, comparison) }
        }
        if let limit, plan.parameters(of: layers) > limit {
            guard let allocated = try smallestLoss(atMost: limit) else { return nil }
            (plan, best) = allocated
        }
        guard plan != RankPlan.dense(layers) else { return Outcome(plan: plan, comparison: nil, measuredPlans: measure.count) }
        (plan, best) = try refitted(plan)
        return Outcome(plan: plan, comparison: best, measuredPlans: measure.count)
    }

    /// The smallest size whose measured loss stays within the tolerance: in every layer the smallest rank in the perturbation
    /// range whose predicted loss does not rise; while the measured loss does, the worst layers are raised. Then the priced
    /// allocation is bisected for a still smaller plan.
    ///
    /// A plan is acceptable when its measured change, after a refit, is a standard error below the tolerance: the certify set is noisy
    /// too, and the choice among many plans favours lucky ones. Asking for a whole 95 % bound would leave most networks as they are.
    package mutating func compact(tolerance: Double) throws -> Outcome {
        var smallest = try greedyCompact(tolerance: tolerance)
        for variant in PricedAllocation.variants(layers: layers, curves: curves) {
            if let found = try bisect(variant, below: smallest.parameters(of: layers), tolerance: tolerance) { smallest = found }
        }
        guard smallest != RankPlan.dense(layers) else { return Outcome(plan: smallest, comparison: nil, measuredPlans: measure.count) }
        let best = try refitted(smallest)
        return Outcome(plan: best.plan, comparison: best.comparison, measuredPlans: measure.count)
    }

    // MARK: Lossless

    /// Layer and rank of every predicted decrease, the largest first.
    private func improvements() -> [(layer: Int, rank: Int)] {
        let found = layers.indices.compactMap { layer -> (layer: Int, rank: Int, change: Double)? in
            let curve = curves[layer]
            let inRange = savingRanks(layer).filter { curve.isInRange(rank: $0) }
            guard let rank = inRange.min(by: { curve.predicted(rank: $0) < curve.predicted(rank: $1) }) else { return nil }
            let change = curve.predicted(rank: rank)
            return change < 0 ? (layer, rank, change) : nil
        }
        return found.sorted { $0.change < $1.change }.map { ($0.layer, $0.rank) }
    }

    /// The plan of lowest measured loss among the allocations that fit the limit.
    private mutating func smallestLoss(atMost limit: Int) throws -> (plan: RankPlan, comparison: PairedComparison?)? {
        var best: (plan: RankPlan, comparison: PairedComparison?)?
        var lowest = Double.infinity
        for variant in PricedAllocation.variants(layers: layers, curves: curves) {
            guard let plan = variant.plan(atMost: limit) else { return nil }
            let comparison = try measure(plan)
            if comparison.difference < lowest { (best, lowest) = ((plan, comparison), comparison.difference) }
        }
        return best
    }

    // MARK: Refit

    /// Weak damping trusts the quadratic model far from the original, strong damping hardly moves; measurement chooses.
    private static let dampings: [Double] = [100, 30, 10, 5]

    /// The damping that plans are compared at before the last choice.
    private static let usualDamping = 10.0

    /// Whether a plan, refitted, is within the tolerance with a margin.
    private mutating func isAcceptable(_ plan: RankPlan, tolerance: Double) throws -> Bool {
        try measure(plan.refitted(damping: FirstOrderSearch.usualDamping)).pessimisticDifference <= tolerance
    }

    /// The plan with the rescaling of its kept components that measures best, if any is better than none.
    private mutating func refitted(_ plan: RankPlan) throws -> (plan: RankPlan, comparison: PairedComparison) {
        var best = (plan: plan, comparison: try measure(plan))
        for damping in FirstOrderSearch.dampings {
            let trial = plan.refitted(damping: damping)
            let comparison = try measure(trial)
            if comparison.pessimisticDifference < best.comparison.pessimisticDifference { best = (trial, comparison) }
        }
        return best
    }

    // MARK: Compact

    private mutating func greedyCompact(tolerance: Double) throws -> RankPlan {
        var plan = RankPlan(
            ranks: layers.indices.map { layer in
                savingRanks(layer).first { curves[layer].isInRange(rank: $0) && curves[layer].predicted(rank: $0) <= 0 }
                    ?? layers[layer].fullRank
            })
        let dense = RankPlan.dense(layers)
        while plan != dense {
            if try isAcceptable(plan, tolerance: tolerance) { return plan }
            // Far from the original it is the curvature that predictions understate. A quarter of the layers at a time: every round costs
            // a measurement.
            let factored = layers.indices.filter { plan.ranks[$0] < layers[$0].fullRank }
            let worst = factored.sorted { curves[$0].quadratic[plan.ranks[$0]] > curves[$1].quadratic[plan.ranks[$1]] }
            for layer in worst.prefix(max(1, factored.count / 4)) { plan.ranks[layer] = raised(layer: layer, from: plan.ranks[layer]) }
        }
        return dense
    }

    /// The next rank to try for a layer that does too much harm: a quarter more, dense when that saves nothing.
    private func raised(layer: Int, from rank: Int) -> Int {
        let next = rank + max(1, rank / 4)
        return next <= layers[layer].largestSavingRank ? next : layers[layer].fullRank
    }

    /// The smallest acceptable plan of a priced allocation with fewer than `limit` parameters, by bisection over size.
    private mutating func bisect(_ allocation: PricedAllocation, below limit: Int, tolerance: Double) throws -> RankPlan? {
        var smallest: RankPlan?
        var low = 0
        var high = limit
        // A plan smaller by a thirtieth of this is not worth another measurement.
        while high - low > max(1, limit / 30) {
            let middle = (low + high) / 2
            guard let plan = allocation.plan(atMost: middle) else {
                low = middle
                continue
            }
            if try isAcceptable(plan, tolerance: tolerance) {
                smallest = plan
                high = min(middle, plan.parameters(of: layers))
            } else {
                low = middle
            }
        }
        return smallest
    }

    private func savingRanks(_ layer: Int) -> ClosedRange<Int> {
        // 1...1 stands for "rank 1 only": layers that cannot save at all are no candidates to begin with.
        1...max(1, layers[layer].largestSavingRank)
    }
}

extension PricedAllocation {
    /// Allocations that differ in how far they trust the curves; which one is right is for measurement to say.
    static func variants(layers: [LayerShape], curves: [RankCurve]) -> [PricedAllocation] {
        [(1.0, true), (4.0, true), (1.0, false)].map { curvature, usesFirstOrder in
            PricedAllocation(layers: layers, curves: curves, curvature: curvature, usesFirstOrder: usesFirstOrder)
        }
    }
}

extension PairedComparison {
    /// The difference, a standard error worse than measured.
    fileprivate var pessimisticDifference: Double { difference + standardError }
}
