/// What the certify samples say of a changed model, and where the select samples say the same.
package struct Evidence: Sendable, Hashable {
    /// Whether the select samples, which chose the model, have found it better by two standard errors; see ``PairedComparison/isCorroborating``.
    package struct Corroboration: Sendable, Hashable {
        /// By the loss.
        package let loss: Bool
        /// By the loss at each model's best temperature.
        package let calibrated: Bool

        package init(loss: Bool, calibrated: Bool) {
            self.loss = loss
            self.calibrated = calibrated
        }

        /// Where other samples than the certify set have no say.
        package static let none = Corroboration(loss: false, calibrated: false)
    }

    package let loss: PairedComparison
    /// The loss at each model's best temperature; nil where there is no such thing.
    package let calibrated: PairedComparison?
    /// nil where answers are not right or wrong.
    package let accuracy: AccuracyComparison?
    package let corroboration: Corroboration

    package init(
        loss: PairedComparison, calibrated: PairedComparison? = nil, accuracy: AccuracyComparison? = nil,
        corroboration: Corroboration = .none
    ) {
        self.loss = loss
        self.calibrated = calibrated
        self.accuracy = accuracy
        self.corroboration = corroboration
    }

    /// What is left of the loss's change when softer or sharper logits count for nothing, where that can be told.
    package var strictLoss: PairedComparison { calibrated ?? loss }

    private var isStrictlyCorroborated: Bool { calibrated == nil ? corroboration.loss : corroboration.calibrated }

    /// Whether the share of right answers has not measurably fallen: by no more than one standard error.
    package var accuracyHolds: Bool { accuracy.map { $0.difference >= -$0.standardError } ?? true }

    /// Whether the loss rises by no more than a limit: its bound says so, or its mean has not risen, here nor on the select samples.
    package func keeps(lossRise limit: Double) -> Bool {
        loss.upperBound95 <= limit || (corroboration.loss && loss.difference <= 0)
    }

    /// Whether the share of right answers falls by no more than a limit; false where there is none.
    package func keeps(accuracyFall limit: Double) -> Bool { accuracy.map { $0.fallUpperBound95 <= limit } ?? false }

    /// Whether all limits hold that there are.
    package func keeps(_ limits: Limits) -> Bool {
        limits.lossRise.map(keeps(lossRise:)) ?? true && limits.accuracyFall.map(keeps(accuracyFall:)) ?? true
    }

    /// Whether the loss falls beyond doubt, softer logits aside.
    package var lossFalls: Bool { strictLoss.upperBound95 < 0 }

    /// Whether more answers are right beyond doubt.
    package var accuracyRises: Bool { accuracy.map { $0.fallUpperBound95 < 0 } ?? false }

    /// Either may show it, but not against the other: the two tests together are to be wrong as seldom as one.
    package var isBetter: Bool { accuracyHolds && (lossFalls || (accuracyRises && strictLoss.difference <= 0)) }

    /// Whether nothing is measurably worse.
    package var isLossless: Bool {
        accuracyHolds && (strictLoss.upperBound95 <= 0 || (isStrictlyCorroborated && strictLoss.difference <= 0))
    }
}
