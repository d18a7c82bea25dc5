internal import Calibration
internal import GraphRewriting
internal import LinearAlgebra
internal import LowRank

/// The joint method: shrinks all layers together, stage by stage.
///
/// Each stage puts the model as it stands in its basis, collects the gates there, chooses ranks by ``JointAllocation`` under several degrees of
/// trust in the prediction, rescales what is kept by ``GateRefit``, and goes on from the candidate that measures best. Stages are small,
/// because predictions hold only near the point that they were made at; a ``TrustRegion`` says how far a stage may go.
struct StagedSearch {
    let calibrator: Calibrator
    let measurement: SelectMeasurement
    let costs: [RankCosts]
    let basis: Basis
    /// Pieces of the method to leave out.
    let omitted: Set<JointPiece>
    let journal: Journal

    /// Degrees of trust to try in each stage; measurement chooses.
    private static let trusts = [
        JointAllocation.Trust(curvature: 1, crossTerms: 1, firstOrder: 1),
        JointAllocation.Trust(curvature: 1, crossTerms: 0.3, firstOrder: 0.5),
    ]
    /// The one of ``GateRefit/dampings`` that stages are judged with.
    private static let usualDamping = 30.0
    /// What a stage keeps of its cost where it goes least far, and furthest.
    private static let steps = (smallest: 0.97, largest: 0.85)
    /// Steps that a stage tries, smaller and smaller.
    private static let mostAttempts = 3

    /// Walks down a ladder of costs.
    ///
    /// - Parameters:
    ///   - start: the layers in the basis that the search goes by.
    ///   - limits: descending.
    ///   - visit: takes each point, also those on the way to a limit; false ends the walk.
    func walk(from start: FactoredLayers, limits: [Double], visit: FrontierWalk.Visit) throws {
        var state = State(layers: start, losses: measurement.originalLosses)
        // A stage may have gone further than it had to.
        for limit in limits where limit < cost(of: state.layers.ranks) {
            while true {
                let outcome = try journal.result("stage", writing: { try $0.record }, reading: { try remembered($0, start) }) {
                    try stage(state, downTo: limit)
                }
                guard let outcome else { return }
                state = State(outcome, stage: state.stage + 1)
                let arrives = outcome.point.cost <= limit
                guard try visit(outcome.point, arrives) else { return }
                if arrives { break }
            }
        }
    }

    /// A stage of an interrupted run.
    private func remembered(_ record: StoredRecord, _ start: FactoredLayers) throws -> StageOutcome {
        let outcome = try StageOutcome(record, layers: start.layers, before: measurement.originalLosses)
        measurement.count(earlier: outcome.candidates)
        return outcome
    }

    /// A point and its losses on the select samples.
    private typealias Candidate = (point: FrontierPoint, losses: [Double])

    /// Where a walk stands.
    private struct State {
        let layers: FactoredLayers
        let stage: Int
        /// On the select samples.
        let losses: [Double]
        let region: TrustRegion

        init(layers: FactoredLayers, losses: [Double]) {
            (self.layers, self.losses) = (layers, losses)
            (stage, region) = (0, TrustRegion())
        }

        init(_ outcome: StageOutcome, stage: Int) {
            (layers, losses, region) = (outcome.point.layers, outcome.losses, outcome.region)
            self.stage = stage
        }
    }

    /// Goes to the best point that one stage reaches; nil where costs cannot fall any further.
    private func stage(_ state: State, downTo limit: Double) throws -> StageOutcome? {
        let before = measurement.count
        let isFirst = state.stage == 0
        let current = isFirst || omitted.contains(.renewedBasis) ? state.layers : try calibrator.expressed(state.layers, in: basis).layers
        let gates = OrderedGates(try calibrator.sensitivities(of: current, stage: state.stage))
        var region = state.region
        guard let (found, refit) = try step(from: current, gates, state.losses, &region, downTo: limit) else { return nil }
        var best = found
        for damping in dampings where damping != usualDamping {
            let candidate = try measured(current, gates, ranks: best.point.layers.ranks, damping: damping, refit)
            if candidate.point.pessimisticDifference < best.point.pessimisticDifference { best = candidate }
        }
        best.point.step = found.point.step
        return StageOutcome(point: best.point, losses: best.losses, region: region, candidates: measurement.count - before)
    }

    /// Cuts layers down as far as predictions hold, and rescales what is kept with the usual damping.
    private func step(
        from current: FactoredLayers, _ gates: OrderedGates, _ losses: [Double], _ region: inout TrustRegion, downTo limit: Double
    ) throws -> (Candidate, GateRefit)? {
        let costs = costs(of: current)
        let moments = try JointAllocation.Moments(gates.sensitivities, costs: costs)
        let allocations = trusts.map { JointAllocation(moments, costs: costs, trust: $0) }
        for attempt in 1...StagedSearch.mostAttempts {
            var best: (candidate: Candidate, refit: GateRefit, predicted: Double)?
            for allocation in allocations {
                let choice = choice(allocation, from: cost(of: current.ranks), downTo: limit, within: region.radius)
                guard let choice else { return nil }
                let adjusted = zip(choice.ranks, current.layers).map { $0 < $1.fullRank }
                let refit = try GateRefit(gates.sensitivities, ranks: choice.ranks, adjusted: adjusted)
                let candidate = try measured(current, gates, ranks: choice.ranks, damping: usualDamping, refit)
                if candidate.point.pessimisticDifference < best?.candidate.point.pessimisticDifference ?? .infinity {
                    best = (candidate, refit, choice.predicted)
                }
            }
            guard var best else { return nil }
            let change = try PairedComparison(before: losses, after: best.candidate.losses)
            best.candidate.point.step = .init(
                predicted: best.predicted, measured: change.difference, standardError: change.standardError)
            let holds = region.accepts(
                predicted: best.predicted, measured: change.difference, standardError: change.standardError)
            if holds || attempt == StagedSearch.mostAttempts || omitted.contains(.trustRegion) { return (best.candidate, best.refit) }
        }
        return nil
    }

    /// The furthest choice towards a cost whose predicted divergence is within a radius; at least the smallest step.
    private func choice(
        _ allocation: JointAllocation, from cost: Double, downTo limit: Double, within radius: Double
    ) -> JointAllocation.Choice? {
        guard !omitted.contains(.trustRegion) else { return allocation.choice(costAtMost: limit) }
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

    private func cost(of ranks: [Int]) -> Double { zip(costs, ranks).reduce(0) { $0 + $1.0[$1.1] } }

    /// Costs of the ranks that a layer can still have.
    private func costs(of layers: FactoredLayers) -> [RankCosts] {
        zip(costs, layers.ranks).map { Array($0.prefix($1 + 1)) }
    }

    /// - Parameter damping: of the refit; nil leaves what is kept as it is.
    private func measured(
        _ current: FactoredLayers, _ gates: OrderedGates, ranks: [Int], damping: Double?, _ refit: GateRefit
    ) throws -> Candidate {
        let scales = try damping.map { try refit.scales(damping: $0) }
        let layers = try current.keeping(zip(gates.order, ranks).map { Array($0.prefix($1)) }, scales: scales)
        let predictions = zip(gates.curves, ranks).map { curve, rank in
            FrontierPoint.Prediction(
                firstOrder: curve.firstOrder[rank], curvature: curve.quadratic[rank], isInRange: curve.isInRange(rank: rank))
        }
        let losses = try measurement.losses(of: layers)
        let comparison = try PairedComparison(before: measurement.originalLosses, after: losses)
        return (FrontierPoint(layers: layers, cost: cost(of: ranks), comparison: comparison, predictions: predictions), losses)
    }

    // MARK: What is left of the method without some of its pieces

    private var trusts: [JointAllocation.Trust] {
        let trusts = StagedSearch.trusts.map { trust in
            JointAllocation.Trust(
                curvature: trust.curvature, crossTerms: omitted.contains(.crossTerms) ? 0 : trust.crossTerms,
                firstOrder: omitted.contains(.firstOrder) ? 0 : trust.firstOrder, shrinksFirstOrder: !omitted.contains(.shrinkage))
        }
        return omitted.contains(.measuredTrust) ? Array(trusts.prefix(1)) : trusts
    }

    private var usualDamping: Double? { omitted.contains(.refit) ? nil : StagedSearch.usualDamping }

    private var dampings: [Double?] { omitted.contains(.refit) ? [] : GateRefit.dampings + [nil] }
}

/// Gates with each layer's components in the order in which they are given up: by the curvature that removing them costs.
struct OrderedGates {
    /// By layer: the components, those kept longest first.
    let order: [[Int]]
    let sensitivities: [ComponentSensitivities]
    let curves: [RankCurve]

    init(_ sensitivities: [ComponentSensitivities], by order: ComponentOrder = .fisher) {
        let orders = sensitivities.map { order.indices($0) }
        self.order = orders
        self.sensitivities = zip(sensitivities, orders).map { $0.reordered($1) }
        curves = self.sensitivities.map { RankCurve($0) }
    }
}
