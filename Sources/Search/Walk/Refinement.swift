package import LowRank

/// Improves a point of the joint method without changing its size: round after round the layers are put in a new basis, the gates are collected
/// there, and what is kept is rescaled by ``GateRefit``, as long as the select samples confirm it.
///
/// Each round is one damped Gauss-Newton step on as many numbers as there are components, in other directions than the one before: the basis is
/// that of the model as it stands. The walk does the same once in each stage. After its last stage nothing more is cut, so further rounds can still
/// lower the loss.
///
/// Rounds towards the original's answers make up for what was removed. Rounds towards the labels can do more, where the fit samples tell the
/// network something that its training did not; else they fit noise, or make answers softer or sharper for nothing. So they must be confirmed by
/// what a user sees.
package struct Refinement {
    private let network: any SearchedNetwork
    private let basis: Basis
    private let pieces: JointPieces

    /// Each gains less than the one before.
    private static let mostRounds = 8
    /// In standard errors of the change that a round makes, by which its objective must fall: the best of several dampings may look better by
    /// luck, above all on a network that there is nothing to mend of. More by the labels, whose noise is larger, and which are asked for more often
    /// than they help.
    private static func margin(_ target: SearchTarget) -> Double {
        switch target {
        case .originalAnswers: 2
        case .labels: 3
        }
    }

    /// Of what is left of the objective, that a round must gain to be worth another one.
    private static let leastGain = 0.02

    /// Of the share of right answers, that a round by the labels may cost at 95 % confidence.
    private static let largestFall = 0.005

    package init(_ network: any SearchedNetwork, basis: Basis, pieces: JointPieces = JointPieces()) {
        self.network = network
        self.basis = basis
        self.pieces = pieces
    }

    /// Rounds towards the point's own target, and then, where that is not the labels, towards these.
    package func refined(_ point: FrontierPoint) throws -> FrontierPoint {
        guard point.layers.contains(where: { !$0.isDense }) else { return point }
        return try rounds(point, towards: targets(after: point.target))
    }

    /// Rounds towards the point's own target alone, which make up for what was removed.
    func restored(_ point: FrontierPoint) throws -> FrontierPoint {
        pieces.refit ? try rounds(point, towards: [point.target]) : point
    }

    private func rounds(_ point: FrontierPoint, towards targets: [SearchTarget]) throws -> FrontierPoint {
        var best = SearchOutcome(point: point, losses: try network.losses(of: point.layers), region: TrustRegion())
        var number = 0
        for target in targets {
            for _ in 1...Refinement.mostRounds {
                number += 1
                let found = try network.remembering(.refinement, from: point.layers) {
                    try round(at: .refinement(number), from: best, towards: target)
                }
                guard let found, try confirms(found.losses, after: best.losses, towards: target) else { break }
                let (before, after) = (best.point.objective.difference, found.point.objective.difference)
                best = found
                // By the labels, where every gain counts, the difference says nothing of what is left.
                if target != .labels, before - after < Refinement.leastGain * before { break }
            }
        }
        return best.point
    }

    /// The outcome of a stage after a round towards the labels; nil where the select samples do not confirm it.
    package func labelled(_ outcome: SearchOutcome, stage: Int) throws -> SearchOutcome? {
        guard let found = try round(at: .stage(stage), from: outcome, towards: .labels),
            try confirms(found.losses, after: outcome.losses, towards: .labels)
        else { return nil }
        return found
    }

    private func targets(after target: SearchTarget) -> [SearchTarget] {
        target == .labels ? [.labels] : pieces.labels ? [target, .labels] : [target]
    }

    /// Whether a round has made the model better beyond doubt.
    ///
    /// By the labels, it must be better by what a user sees: the loss at the model's own temperature fell, which softer or sharper answers alone do
    /// not change, and no measurable share of the answers went wrong. A few dozen samples cannot show the latter, and then nothing is confirmed:
    /// the temperature that is fitted to so few is an error that all of them share, and that no standard error knows.
    private func confirms(_ after: CandidateLosses, after before: CandidateLosses, towards target: SearchTarget) throws -> Bool {
        let change = try PairedComparison(before: before.objective(target), after: after.objective(target))
        guard change.difference + Refinement.margin(target) * change.standardError < 0 else { return false }
        guard target == .labels, !before.hits.isEmpty else { return true }
        guard let answers = AnswerChange(before: before.hits, after: after.hits) else { return false }
        guard answers.fall <= answers.standardError else { return false }
        // To leave the original's answers for the labels takes more than to go on by these.
        return before.divergence.isEmpty || answers.upperBound95 <= Refinement.largestFall
    }

    /// The best that a round finds, which may be worse than what it started from.
    private func round(at moment: GateMoment, from outcome: SearchOutcome, towards target: SearchTarget) throws -> SearchOutcome? {
        let rescaled = try rescaling(outcome.point.layers, at: moment, towards: target)
        var best: SearchOutcome?
        for damping in GateRefit.dampings {
            let candidate = try rescaled(damping)
            let losses = try network.losses(of: candidate)
            let path = outcome.point.path.map { $0 + [.round(target: target, damping: damping)] }
            let point = try network.point(candidate, losses, by: target, step: outcome.point.step, path: path)
            if point.objective.difference < best?.point.objective.difference ?? .infinity {
                best = SearchOutcome(point: point, losses: losses, region: outcome.region)
            }
        }
        return best
    }

    /// What a round makes of layers, by its damping.
    func rescaling(
        _ layers: [FactoredLayer], at moment: GateMoment, towards target: SearchTarget
    ) throws -> (_ damping: Double) throws -> [FactoredLayer] {
        let layers = try network.expressed(layers, in: basis)
        let gates = OrderedGates(try network.sensitivities(of: layers, at: moment, towards: target))
        let refit = try GateRefit(gates.sensitivities, ranks: layers.ranks, adjusted: layers.map { !$0.isDense })
        return { try layers.keeping(gates.order, scales: refit.scales(damping: $0)) }
    }
}
