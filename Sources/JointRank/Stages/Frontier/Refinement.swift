internal import GraphRewriting
internal import LowRank

/// Improves a point of the joint method without changing its size: round after round the layers are put in a new basis, the gates are collected
/// there, and what is kept is rescaled by ``GateRefit``, as long as the select samples confirm it.
///
/// Each round is one damped Gauss-Newton step on as many numbers as there are components, in other directions than the one before: the basis is
/// that of the model as it stands. The walk does the same once in each stage; after its last one there is nothing left to cut that would have
/// to be made up for, and more can be had.
struct Refinement {
    let calibrator: Calibrator
    let measurement: SelectMeasurement
    let basis: Basis
    let journal: Journal

    /// Each gains less than the one before.
    private static let mostRounds = 8
    /// In standard errors of the change that a round makes, by which the loss must fall: the best of several dampings may look better by luck,
    /// above all on a network that there is nothing to mend of.
    private static let margin = 2.0

    func refined(_ point: FrontierPoint) throws -> FrontierPoint {
        guard point.layers.layers.indices.contains(where: { !point.layers.isDense($0) }) else { return point }
        var best = point
        var losses = try measurement.losses(of: point.layers)
        for round in 1...Refinement.mostRounds {
            let found = try journal.value("refinement", writing: { try $0.record }, reading: { try remembered($0, point) }) {
                try outcome(of: round, from: best)
            }
            let change = try PairedComparison(before: losses, after: found.losses)
            guard change.difference + Refinement.margin * change.standardError < 0 else { break }
            (best, losses) = (found.point, found.losses)
        }
        return best
    }

    /// A round of an interrupted run.
    private func remembered(_ record: StoredRecord, _ point: FrontierPoint) throws -> StageOutcome {
        let outcome = try StageOutcome(record, layers: point.layers.layers, before: measurement.originalLosses)
        measurement.count(earlier: outcome.candidates)
        return outcome
    }

    /// The best that a round finds, which may be worse than what it started from.
    private func outcome(of round: Int, from point: FrontierPoint) throws -> StageOutcome {
        let before = measurement.count
        let layers = try calibrator.expressed(point.layers, in: basis).layers
        let gates = OrderedGates(try calibrator.sensitivities(of: layers, refinement: round))
        let refit = try GateRefit(
            gates.sensitivities, ranks: layers.ranks, adjusted: layers.layers.indices.map { !layers.isDense($0) })
        var best: (point: FrontierPoint, losses: [Double])?
        for damping in GateRefit.dampings {
            let candidate = try layers.keeping(gates.order, scales: refit.scales(damping: damping))
            let losses = try measurement.losses(of: candidate)
            let comparison = try PairedComparison(before: measurement.originalLosses, after: losses)
            let found = FrontierPoint(
                layers: candidate, cost: point.cost, comparison: comparison, predictions: point.predictions, step: point.step)
            if found.pessimisticDifference < best?.point.pessimisticDifference ?? .infinity { best = (found, losses) }
        }
        guard let best else { throw JointRankError(.internalError, "no damping to refine with") }
        return StageOutcome(point: best.point, losses: best.losses, region: TrustRegion(), candidates: measurement.count - before)
    }
}
