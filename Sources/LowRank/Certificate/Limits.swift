/// What a changed model may cost. Where there is no limit at all, nothing may be measurably worse.
package struct Limits: Sendable, Hashable {
    /// The rise of the mean loss that is acceptable, in the loss's unit; nil for any.
    package let lossRise: Double?
    /// The fall of the share of right answers that is acceptable, as a share of all answers; nil for any.
    package let accuracyFall: Double?

    package init(lossRise: Double? = nil, accuracyFall: Double? = nil) {
        self.lossRise = lossRise
        self.accuracyFall = accuracyFall
    }

    package var areNone: Bool { lossRise == nil && accuracyFall == nil }
}
