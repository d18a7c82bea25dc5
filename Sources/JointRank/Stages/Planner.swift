internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import Reporting

/// Chooses the plan: by the search, or as the user prescribes.
struct Planner {
    let candidates: CandidateEvaluator
    let catalogue: LayerCatalogue
    let options: CompressionOptions

    /// What was chosen, and why.
    struct Choice {
        enum Result {
            /// The plan, and the layers whose rank was prescribed.
            case plan(RankPlan, forced: Set<Int>)
            case nothing(reason: String)
        }

        let result: Result
        /// On the select samples.
        let comparison: PairedComparison?
        let measuredPlans: Int
    }

    func choose(_ progress: ProgressHandler?) throws -> Choice {
        let layers = candidates.calibrated.decomposition.shapes
        guard !layers.isEmpty else {
            return Choice(result: .nothing(reason: "no layer of the model can be factored"), comparison: nil, measuredPlans: 0)
        }
        guard options.forcedRanks.isEmpty else { return try prescribed(layers) }

        var measured = 0
        let measurement = PlanMeasurement { plan in
            measured += 1
            progress?(Progress(stage: "measuring plans", completed: measured, total: nil))
            return try candidates.comparison(of: plan)
        }
        var search = FirstOrderSearch(layers: layers, curves: candidates.calibrated.curves, measure: measurement)
        let limit = options.keepParameters.map { layerLimit(share: $0, layers: layers) }
        let outcome: FirstOrderSearch.Outcome?
        switch options.mode {
        case .lossless: outcome = try search.lossless(limit: limit)
        case .compact: outcome = try search.compact(tolerance: options.tolerance ?? 0)
        }
        guard let outcome else {
            let smallest = RankPlan(ranks: layers.map { $0.largestSavingRank >= 1 ? 1 : $0.fullRank }).parameters(of: layers)
            let share = Double(smallest + untouched(layers)) / Double(total)
            let reason =
                "--keep-params \(options.keepParameters ?? 0) cannot be reached: rank 1 in every layer keeps \(NumberText.percent(share)) of the parameters"
            return Choice(result: .nothing(reason: reason), comparison: nil, measuredPlans: measured)
        }
        guard outcome.plan.ranks != RankPlan.dense(layers).ranks else {
            let reason = "no smaller model has a loss on the \(candidates.sampleCount) select samples that is acceptable"
            return Choice(result: .nothing(reason: reason), comparison: nil, measuredPlans: outcome.measuredPlans)
        }
        if options.mode == .compact, let limit, outcome.plan.parameters(of: layers) > limit {
            let share = Double(outcome.plan.parameters(of: layers) + untouched(layers)) / Double(total)
            let reason =
                "the smallest acceptable model keeps \(NumberText.percent(share)) of the parameters, more than --keep-params asks for"
            return Choice(result: .nothing(reason: reason), comparison: outcome.comparison, measuredPlans: outcome.measuredPlans)
        }
        return Choice(
            result: .plan(outcome.plan, forced: []), comparison: outcome.comparison, measuredPlans: outcome.measuredPlans)
    }

    private var total: Int { candidates.calibrated.model.parameters }

    /// Parameters outside the layers that can be factored.
    private func untouched(_ layers: [LayerShape]) -> Int {
        total - layers.reduce(0) { $0 + $1.denseParameters }
    }

    /// What a share of all parameters leaves for the layers.
    private func layerLimit(share: Double, layers: [LayerShape]) -> Int {
        Int((share * Double(total)).rounded(.down)) - untouched(layers)
    }

    private func prescribed(_ layers: [LayerShape]) throws -> Choice {
        var plan = RankPlan.dense(layers)
        var forced: Set<Int> = []
        for entry in options.forcedRanks {
            let names = Set(try LayerSelection(include: [entry.pattern]).layers(in: catalogue).map(\.name))
            let matches = layers.indices.filter { names.contains(layers[$0].name) }
            guard !matches.isEmpty else {
                throw JointRankError(.usage, "--force-rank: no layer that matches '\(entry.pattern)' is selected and can be factored")
            }
            for index in matches {
                let rank = entry.rank ?? layers[index].fullRank
                guard rank <= layers[index].fullRank else {
                    throw JointRankError(
                        .usage, "rank \(rank) for layer '\(layers[index].name)': its full rank is \(layers[index].fullRank)")
                }
                guard rank <= layers[index].largestSavingRank || entry.rank == nil else {
                    throw JointRankError(
                        .usage,
                        "rank \(rank) for layer '\(layers[index].name)' saves nothing; the largest that does is \(layers[index].largestSavingRank)"
                    )
                }
                plan.ranks[index] = rank
                forced.insert(index)
            }
        }
        return Choice(result: .plan(plan, forced: forced), comparison: try candidates.comparison(of: plan), measuredPlans: 1)
    }
}
