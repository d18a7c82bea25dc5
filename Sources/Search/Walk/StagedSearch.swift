package import LowRank

/// The joint method: shrinks all layers together, stage by stage.
///
/// Each stage puts the model as it stands in its basis, collects the gates there, chooses ranks by ``JointAllocation`` under several degrees of
/// trust in the prediction, rescales what is kept by ``GateRefit``, and goes on from the candidate that measures best. Stages are small,
/// because predictions hold only near the point that they were made at; a ``TrustRegion`` says how far a stage may go.
///
/// The search wants the original's answers, and not the labels: these lower the loss of over- and underconfident networks by making their answers
/// softer or sharper, and their error hides what a stage does. It changes over to the labels where a ``Refinement`` by them is confirmed.
package struct StagedSearch {
    private let network: any SearchedNetwork
    private let basis: Basis
    private let pieces: JointPieces

    /// Degrees of trust to try in each stage; measurement chooses.
    private static let trusts = [
        JointAllocation.Trust(curvature: 1, crossTerms: 1, firstOrder: 1),
        JointAllocation.Trust(curvature: 1, crossTerms: 0.3, firstOrder: 0.5),
    ]
    /// The one of ``GateRefit/dampings`` that stages are judged with where they are not told a better one.
    private static let usualDamping = 30.0
    /// What a stage keeps of its cost where it goes least far, and furthest.
    private static let steps = (smallest: 0.97, largest: 0.8)
    /// Steps that a stage tries, smaller and smaller.
    private static let mostAttempts = 3
    /// The stages after which the labels are tried: the first one, and one more after which there is more to mend.
    private static let labelledStages = [0, 3]

    package init(_ network: any SearchedNetwork, basis: Basis, pieces: JointPieces = JointPieces()) {
        self.network = network
        self.basis = basis
        self.pieces = pieces
    }

    /// Walks down a ladder of costs.
    ///
    /// - Parameters:
    ///   - start: the layers in the basis that the search goes by.
    ///   - visit: takes each point, and the lowest limit that it keeps, nil for those on the way to the next one; false ends the walk.
    package func walk(
        from start: [FactoredLayer], down ladder: Ladder, visit: (_ point: FrontierPoint, _ limit: Double?) throws -> Bool
    ) throws {
        var state = State(layers: start, losses: network.original, target: network.original.target)
        while let limit = try ladder.limit(below: state.layers) {
            while true {
                let outcome = try network.remembering(.stage, from: start) { try stage(state, downTo: limit) }
                guard let outcome else { return }
                state = State(outcome, stage: state.stage + 1)
                let arrives = outcome.point.cost <= limit
                // It may go beyond the next limits as well.
                guard try visit(outcome.point, arrives ? ladder.lowestLimit(keptAt: outcome.point.cost) ?? limit : nil) else { return }
                if arrives { break }
            }
        }
    }

    /// A point and its losses on the select samples.
    private typealias Candidate = (point: FrontierPoint, losses: CandidateLosses)

    /// What a candidate is measured for.
    private struct Cut {
        let layers: [FactoredLayer]
        let gates: OrderedGates
        let ranks: [Int]
        let refit: GateRefit
        /// The position in ``trusts``.
        let trust: Int

        /// - Parameter damping: of the refit; nil leaves what is kept as it is.
        func kept(damping: Double?) throws -> [FactoredLayer] {
            var layers = try layers.keeping(gates.kept(ranks), scales: damping.map { try refit.scales(damping: $0) })
            for index in layers.indices { layers[index].prediction = RankPrediction(gates.curves[index], rank: ranks[index]) }
            return layers
        }
    }

    /// Where a walk stands.
    private struct State {
        let layers: [FactoredLayer]
        let stage: Int
        /// On the select samples.
        let losses: CandidateLosses
        let target: SearchTarget
        let region: TrustRegion
        let path: [SearchStep]

        init(layers: [FactoredLayer], losses: CandidateLosses, target: SearchTarget) {
            (self.layers, self.losses, self.target) = (layers, losses, target)
            (stage, region, path) = (0, TrustRegion(), [])
        }

        init(_ outcome: SearchOutcome, stage: Int) {
            (layers, losses, region) = (outcome.point.layers, outcome.losses, outcome.region)
            target = outcome.point.target
            path = outcome.point.path ?? []
            self.stage = stage
        }
    }

    /// Goes to the best point that one stage reaches; nil where costs cannot fall any further.
    private func stage(_ state: State, downTo limit: Double) throws -> SearchOutcome? {
        let (current, gates) = try gates(of: state.layers, stage: state.stage, towards: state.target)
        var region = state.region
        guard let (found, cut, others) = try step(from: current, gates, state, &region, downTo: limit) else { return nil }
        var best = found
        for other in others {
            let candidate = try measured(cut, damping: other, after: state)
            if candidate.point.pessimisticDifference < best.point.pessimisticDifference { best = candidate }
        }
        best.point.step = found.point.step
        let outcome = SearchOutcome(point: best.point, losses: best.losses, region: region)
        return try labelled(outcome, after: state) ?? outcome
    }

    /// The layers in the basis of a stage, and their gates.
    private func gates(
        of layers: [FactoredLayer], stage: Int, towards target: SearchTarget
    ) throws -> (layers: [FactoredLayer], gates: OrderedGates) {
        let current = stage == 0 || !pieces.renewedBasis ? layers : try network.expressed(layers, in: basis)
        let sensitivities = try network.sensitivities(of: current, at: .stage(stage), towards: target)
        return (current, OrderedGates(shrunk(sensitivities, for: current)))
    }

    /// Makes a cut again that a search on fewer samples has decided on; nil where costs cannot fall so far.
    func repeating(
        _ layers: [FactoredLayer], stage: Int, towards target: SearchTarget, cost: Double, trust: Int, damping: Double?
    ) throws -> [FactoredLayer]? {
        let (current, gates) = try gates(of: layers, stage: stage, towards: target)
        let allocations = try allocations(current, gates)
        guard allocations.indices.contains(trust), let choice = allocations[trust].choice(costAtMost: cost) else { return nil }
        return try cut(current, gates, choice, trust: trust).kept(damping: damping)
    }

    /// One for each of ``trusts``, of the ranks that the layers can still have.
    private func allocations(_ current: [FactoredLayer], _ gates: OrderedGates) throws -> [JointAllocation] {
        let costs = current.map { Array($0.costs.byRank.prefix($0.rank + 1)) }
        let moments = try JointAllocation.Moments(gates.sensitivities, costs: costs)
        return trusts.map { JointAllocation(moments, costs: costs, trust: $0) }
    }

    private func cut(_ current: [FactoredLayer], _ gates: OrderedGates, _ choice: JointAllocation.Choice, trust: Int) throws -> Cut {
        let adjusted = zip(choice.ranks, current).map { $0 < $1.shape.fullRank }
        let refit = try GateRefit(gates.sensitivities, ranks: choice.ranks, adjusted: adjusted)
        return Cut(layers: current, gates: gates, ranks: choice.ranks, refit: refit, trust: trust)
    }

    /// The outcome of a stage after a round by the labels, where they are tried and confirmed.
    private func labelled(_ outcome: SearchOutcome, after state: State) throws -> SearchOutcome? {
        guard pieces.refit, pieces.labels, state.target != .labels, StagedSearch.labelledStages.contains(state.stage) else { return nil }
        return try Refinement(network, basis: basis, pieces: pieces).labelled(outcome, stage: state.stage)
    }

    /// Cuts layers down as far as predictions hold, and rescales what is kept.
    private func step(
        from current: [FactoredLayer], _ gates: OrderedGates, _ state: State, _ region: inout TrustRegion, downTo limit: Double
    ) throws -> (Candidate, Cut, otherDampings: [Double?])? {
        let allocations = try allocations(current, gates)
        for attempt in 1...StagedSearch.mostAttempts {
            var best: (candidate: Candidate, cut: Cut, dampings: [Double?], predicted: Double)?
            for (trust, allocation) in allocations.enumerated() {
                guard let choice = choice(allocation, from: current.cost, downTo: limit, within: region.radius) else { return nil }
                let cut = try cut(current, gates, choice, trust: trust)
                let dampings = try dampings(of: cut.refit)
                let candidate = try measured(cut, damping: dampings.first ?? nil, after: state)
                if candidate.point.pessimisticDifference < best?.candidate.point.pessimisticDifference ?? .infinity {
                    best = (candidate, cut, dampings, choice.predicted)
                }
            }
            guard var best else { return nil }
            let change = try PairedComparison(
                before: state.losses.objective(state.target), after: best.candidate.losses.objective(state.target))
            best.candidate.point.step = FrontierPoint.Step(predicted: best.predicted, change)
            let holds = region.accepts(
                predicted: best.predicted, measured: change.difference, standardError: change.standardError)
            if holds || attempt == StagedSearch.mostAttempts || !pieces.trustRegion {
                return (best.candidate, best.cut, Array(best.dampings.dropFirst()))
            }
        }
        return nil
    }

    /// The furthest choice towards a cost whose predicted divergence is within a radius; at least the smallest step.
    private func choice(
        _ allocation: JointAllocation, from cost: Double, downTo limit: Double, within radius: Double
    ) -> JointAllocation.Choice? {
        guard pieces.trustRegion else { return allocation.choice(costAtMost: limit) }
        var (near, far) = (max(limit, StagedSearch.steps.smallest * cost), max(limit, StagedSearch.steps.largest * cost))
        guard let furthest = allocation.choice(costAtMost: far) else { return nil }
        guard furthest.divergence > radius else { return furthest }
        var best = allocation.choice(costAtMost: near)
        for _ in 0..<5 {
            let middle = (near + far) / 2
            guard let choice = allocation.choice(costAtMost: middle) else { break }
            if choice.divergence > radius { far = middle } else { (near, best) = (middle, choice) }
        }
        return best
    }

    private func measured(_ cut: Cut, damping: Double?, after state: State) throws -> Candidate {
        let layers = try cut.kept(damping: damping)
        let losses = try network.losses(of: layers)
        let step = SearchStep.cut(cost: layers.cost, trust: cut.trust, damping: damping)
        return (try network.point(layers, losses, by: state.target, path: state.path + [step]), losses)
    }

    /// Gates whose curvature few samples cannot vouch for.
    private func shrunk(_ sensitivities: [ComponentSensitivities], for layers: [FactoredLayer]) -> [ComponentSensitivities] {
        pieces.shrinkage ? zip(sensitivities, layers).map { $0.shrunk(towards: $1.energies) } : sensitivities
    }

    // MARK: What is left of the method without some of its pieces

    private var trusts: [JointAllocation.Trust] {
        let trusts = StagedSearch.trusts.map { trust in
            JointAllocation.Trust(
                curvature: trust.curvature, crossTerms: pieces.crossTerms ? trust.crossTerms : 0,
                firstOrder: pieces.firstOrder ? trust.firstOrder : 0, shrinksFirstOrder: pieces.shrinkage)
        }
        return pieces.measuredTrust ? trusts : Array(trusts.prefix(1))
    }

    /// To measure a step with, the first one before others; nil leaves what is kept as it is.
    private func dampings(of refit: GateRefit) throws -> [Double?] {
        guard pieces.refit else { return [nil] }
        guard pieces.leaveOneOut else {
            return [StagedSearch.usualDamping] + GateRefit.dampings.filter { $0 != StagedSearch.usualDamping } + [nil]
        }
        return try (refit.leaveOneOut()?.best(of: GateRefit.dampings) ?? []) + [nil]
    }
}
