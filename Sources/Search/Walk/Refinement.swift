package import LowRank

/// Improves a point of the joint method without changing its size: round after round the layers are put in a new basis, the gates are collected
/// there, and what is kept is rescaled by ``GateRefit``, as long as the select samples confirm it.
///
/// Each round is one damped Gauss-Newton step on as many numbers as there are components, in other directions than the one before: the basis is
/// that of the model as it stands. The walk does the same once in each stage; after its last one there is nothing left to cut that would have
/// to be made up for, and more can be had.
package struct Refinement {
    private let network: any SearchedNetwork
    private let basis: Basis

    /// Each gains less than the one before.
    private static let mostRounds = 8
    /// In standard errors of the change that a round makes, by which the loss must fall: the best of several dampings may look better by luck,
    /// above all on a network that there is nothing to mend of.
    private static let margin = 2.0

    package init(_ network: any SearchedNetwork, basis: Basis) {
        self.network = network
        self.basis = basis
    }

    package func refined(_ point: FrontierPoint) throws -> FrontierPoint {
        guard point.layers.contains(where: { !$0.isDense }) else { return point }
        var best = point
        var losses = try network.losses(of: point.layers)
        for number in 1...Refinement.mostRounds {
            let found = try network.remembering(.refinement, from: point.layers) { try round(number, from: best) }
            guard let found else { break }
            guard try confirms(found.losses, after: losses) else { break }
            (best, losses) = (found.point, found.losses)
        }
        return best
    }

    /// Whether a round has made the model better by what a user sees: the loss at the model's own temperature, which softer or sharper answers alone
    /// do not change, fell beyond doubt, and no fewer answers are right.
    private func confirms(_ after: CandidateLosses, after before: CandidateLosses) throws -> Bool {
        let change = try PairedComparison(before: before.calibrated, after: after.calibrated)
        return change.difference + Refinement.margin * change.standardError < 0 && after.hits.reduce(0, +) >= before.hits.reduce(0, +)
    }

    /// The best that a round finds, which may be worse than what it started from.
    private func round(_ number: Int, from point: FrontierPoint) throws -> SearchOutcome? {
        let layers = try network.expressed(point.layers, in: basis)
        let gates = OrderedGates(try network.sensitivities(of: layers, at: .refinement(number)))
        let refit = try GateRefit(gates.sensitivities, ranks: layers.ranks, adjusted: layers.map { !$0.isDense })
        var best: SearchOutcome?
        for damping in GateRefit.dampings {
            let candidate = try layers.keeping(gates.order, scales: refit.scales(damping: damping))
            let losses = try network.losses(of: candidate)
            let mean = losses.calibrated.reduce(0, +)
            if mean < best?.losses.calibrated.reduce(0, +) ?? .infinity {
                best = SearchOutcome(
                    point: try network.point(candidate, losses, step: point.step), losses: losses, region: TrustRegion())
            }
        }
        return best
    }
}
