/// Measures the loss of plans on the select set, each plan once.
package struct PlanMeasurement {
    private let evaluate: (RankPlan) throws -> PairedComparison
    private var known: [RankPlan: PairedComparison] = [:]

    /// - Parameter evaluate: compares the model under a plan with the original.
    package init(_ evaluate: @escaping (RankPlan) throws -> PairedComparison) {
        self.evaluate = evaluate
    }

    /// Plans measured so far.
    package var count: Int { known.count }

    package mutating func callAsFunction(_ plan: RankPlan) throws -> PairedComparison {
        if let comparison = known[plan] { return comparison }
        let comparison = try evaluate(plan)
        known[plan] = comparison
        return comparison
    }
}
