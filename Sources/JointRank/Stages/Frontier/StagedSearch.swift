internal import GraphRewriting
internal import LinearAlgebra
internal import LowRank

/// The joint method: shrinks all layers together, stage by stage.
///
/// Each stage collects the gates of the model as it stands, chooses ranks by ``JointAllocation`` under several degrees of trust in the
/// prediction, rescales what is kept by ``GateRefit``, and goes on from the candidate that measures best. Stages are small, because the
/// predictions hold only near the point that they were made at.
struct StagedSearch {
    let calibrator: Calibrator
    let measurement: SelectMeasurement
    let costs: [RankCosts]

    /// Degrees of trust to try in each stage; measurement chooses.
    static let trusts = [
        JointAllocation.Trust(curvature: 1, crossTerms: 1, firstOrder: 1),
        JointAllocation.Trust(curvature: 1, crossTerms: 0.3, firstOrder: 0.5),
    ]
    /// Weak damping trusts the quadratic model far from the current point, strong damping hardly moves.
    static let dampings: [Double] = [10, 30, 100]
    private static let usualDamping = 30.0

    /// Walks down a ladder of costs.
    ///
    /// - Parameters:
    ///   - start: the layers in the basis that the search goes by.
    ///   - limits: descending.
    ///   - visit: takes each point; false ends the walk.
    func walk(from start: FactoredLayers, limits: [Double], visit: (FrontierPoint) throws -> Bool) throws {
        var current = start
        // A stage may have gone further than it had to.
        for (stage, limit) in limits.enumerated() where limit < cost(of: current.ranks) {
            let sensitivities = try calibrator.sensitivities(of: current, stage: stage)
            let gates = OrderedGates(sensitivities)
            var best: (point: FrontierPoint, refit: GateRefit)?
            for trust in StagedSearch.trusts {
                let allocation = try JointAllocation(gates.sensitivities, costs: costs(of: current), trust: trust)
                guard let choice = try allocation.choice(costAtMost: limit, from: current.ranks) else { return }
                let adjusted = zip(choice.ranks, current.layers).map { $0 < $1.fullRank }
                let refit = try GateRefit(gates.sensitivities, ranks: choice.ranks, adjusted: adjusted)
                let candidate = try measured(
                    current, gates, ranks: choice.ranks, scales: refit.scales(damping: StagedSearch.usualDamping))
                if candidate.pessimisticDifference < best?.point.pessimisticDifference ?? .infinity { best = (candidate, refit) }
            }
            guard let best else { return }
            var point = best.point
            let ranks = point.layers.ranks
            for damping in StagedSearch.dampings + [nil] where damping != StagedSearch.usualDamping {
                let candidate = try measured(current, gates, ranks: ranks, scales: damping.map { try best.refit.scales(damping: $0) })
                if candidate.pessimisticDifference < point.pessimisticDifference { point = candidate }
            }
            current = point.layers
            guard try visit(point) else { return }
        }
    }

    private func cost(of ranks: [Int]) -> Double { zip(costs, ranks).reduce(0) { $0 + $1.0[$1.1] } }

    /// Costs of the ranks that a layer can still have.
    private func costs(of layers: FactoredLayers) -> [RankCosts] {
        zip(costs, layers.ranks).map { Array($0.prefix($1 + 1)) }
    }

    private func measured(_ current: FactoredLayers, _ gates: OrderedGates, ranks: [Int], scales: [[Double]]?) throws -> FrontierPoint {
        let layers = try current.keeping(zip(gates.order, ranks).map { Array($0.prefix($1)) }, scales: scales)
        let predictions = zip(gates.curves, ranks).map { curve, rank in
            FrontierPoint.Prediction(
                firstOrder: curve.firstOrder[rank], curvature: curve.quadratic[rank], isInRange: curve.isInRange(rank: rank))
        }
        return FrontierPoint(
            layers: layers, cost: cost(of: ranks), comparison: try measurement.comparison(of: layers),
            predictions: predictions)
    }
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
