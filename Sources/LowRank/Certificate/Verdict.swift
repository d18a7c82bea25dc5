/// What the certify set says about a compressed model.
///
/// A mean of at most 0 is no evidence by itself: where the loss rises by less than the noise, half of all certify sets show one. It counts where
/// other samples, those that chose the model, corroborate it; else the upper bound decides (`Documentation/certificate.md`).
package enum Verdict: String, Sendable, Hashable, Codable {
    /// The loss fell, and the upper bound of its change is below zero.
    case better
    /// The upper bound is at most the tolerance, or the loss did not rise on average, neither here nor, by two standard errors, on the select
    /// samples.
    case lossless
    /// Neither can be said.
    case notMet = "not-met"

    /// - Parameters:
    ///   - comparison: on the certify samples.
    ///   - tolerance: the rise of the mean loss that the user accepts.
    ///   - isCorroborated: whether the select samples say the same; see ``PairedComparison/isCorroborating``.
    package init(_ comparison: PairedComparison, tolerance: Double, isCorroborated: Bool = false) {
        if comparison.upperBound95 < 0 {
            self = .better
        } else if comparison.upperBound95 <= tolerance || (isCorroborated && comparison.difference <= 0) {
            self = .lossless
        } else {
            self = .notMet
        }
    }
}
