internal import Foundation
package import LowRank

/// What a smaller model is allowed to cost, and how likely the certify samples are to show that it costs no more, as the select samples tell.
///
/// What the select samples say of a point is carried over to a certify set of its own size: the change that is expected there, and the width of
/// the bound of so many samples.
package struct Acceptance: Sendable, Hashable {
    package let limits: Limits
    /// The size of the certify set; nil for that of the select set.
    private let certifySamples: Int?
    /// Of the mean certify sample.
    private let answersPerSample: Double
    /// Whether it is a fall of the share of right answers that is proposed where nothing was asked for, and not a rise of the loss.
    let proposesFall: Bool

    /// In standard errors: every stage chooses what measures best on the select samples, so that these flatter the points in the end.
    static let usualMargin = 2.0

    /// In standard errors, likewise: a point that fails by more than this hardly passes in the end, and smaller ones even less.
    private static let hopelessMargin = -2.0

    package init(_ limits: Limits, certifySamples: Int? = nil, answersPerSample: Double = 1, proposesFall: Bool = false) {
        self.limits = limits
        self.certifySamples = certifySamples
        self.answersPerSample = answersPerSample
        self.proposesFall = proposesFall
    }

    /// The same for other limits.
    func with(_ limits: Limits) -> Acceptance {
        Acceptance(limits, certifySamples: certifySamples, answersPerSample: answersPerSample, proposesFall: proposesFall)
    }

    /// How far a point is from failing, in standard errors of the select samples, by the limit that it is nearest to: it passes by a mean loss that
    /// has not risen, or by upper bounds of at most the limits (see `Verdict`). Below 0 it is likelier to fail.
    package func margin(_ point: FrontierPoint) -> Double {
        if limits.areNone { return min(margin(point.strict, rise: 0), holds(point.answers) ? .infinity : -.infinity) }
        let loss = limits.lossRise.map { margin(point.comparison, rise: $0) } ?? .infinity
        let answers = limits.accuracyFall.map { margin(point.answers, fall: $0) } ?? .infinity
        return min(loss, answers)
    }

    private func margin(_ change: PairedComparison, rise limit: Double) -> Double {
        let room = max(-change.difference, limit - bound(change))
        return change.standardError > 0 ? room / change.standardError : room >= 0 ? .infinity : -.infinity
    }

    private func margin(_ change: AnswerChange?, fall limit: Double) -> Double {
        guard let change else { return -.infinity }
        return (limit - bound(change)) / change.standardError
    }

    /// Whether what is asked for holds on the select samples, bounds aside.
    package func holds(_ point: FrontierPoint) -> Bool {
        if limits.areNone { return point.strict.difference <= 0 && holds(point.answers) }
        return limits.lossRise.map { point.comparison.difference <= $0 } ?? true
            && limits.accuracyFall.map { limit in point.answers.map { $0.fall <= limit } ?? false } ?? true
    }

    /// Whether right answers have not measurably become fewer.
    private func holds(_ change: AnswerChange?) -> Bool { change.map { $0.fall <= $0.standardError } ?? true }

    /// Whether it is beyond doubt that a point will not pass.
    package func cannotPass(_ point: FrontierPoint) -> Bool {
        limits.areNone ? isHopeless(point) : margin(point) < Acceptance.hopelessMargin
    }

    /// Whether a point is worse than it may be beyond doubt: by two standard errors.
    package func isHopeless(_ point: FrontierPoint) -> Bool {
        func exceeds(_ change: PairedComparison, _ limit: Double) -> Bool { change.difference - 2 * change.standardError > limit }
        if limits.areNone { return exceeds(point.strict, 0) }
        return limits.lossRise.map { exceeds(point.comparison, $0) } ?? false
            || limits.accuracyFall.map { limit in point.answers.map { $0.fall - 2 * $0.standardError > limit } ?? true } ?? false
    }

    // MARK: What the certify set is expected to show

    /// The upper bound of a change of the loss, in the loss's unit.
    package func bound(_ change: PairedComparison) -> Double {
        change.upperBound95(samples: certifySamples ?? change.sampleCount)
    }

    /// The upper bound of a fall, as a share of all answers.
    package func bound(_ change: AnswerChange) -> Double {
        change.upperBound95(samples: certifySamples ?? change.sampleCount, answersPerSample: answersPerSample)
    }
}
