/// What the certify set says about a changed model.
///
/// A mean of at most 0 is no evidence by itself: where the loss rises by less than the noise, half of all certify sets show one. It counts where
/// other samples, those that chose the model, corroborate it; else the upper bound decides (`Documentation/certificate.md`).
package enum Verdict: String, Sendable, Hashable, Codable {
    /// The loss fell beyond doubt, softer or sharper logits aside, or more answers are right; and the other of the two is not worse.
    case better
    /// The loss did not rise, softer or sharper logits aside, and right answers have not measurably become fewer.
    case lossless
    /// What was asked for holds, and no more can be said.
    case acceptable
    /// What was asked for cannot be said to hold; where nothing was asked for, it is not lossless.
    case notMet = "not-met"

    package init(_ evidence: Evidence, limits: Limits) {
        if !evidence.keeps(limits) {
            self = .notMet
        } else if evidence.isBetter {
            self = .better
        } else if evidence.isLossless {
            self = .lossless
        } else {
            self = limits.areNone ? .notMet : .acceptable
        }
    }
}
