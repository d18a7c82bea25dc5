/// What the certify set says about a compressed model.
///
/// The upper bound alone decides. A mean of at most 0 is no evidence by itself: where the loss rises by less than the noise, half of all
/// certify sets show one. Nor does a margin on the select set corroborate it: of a dozen candidates that are all worse, one often has a
/// margin of two standard errors there (`Documentation/certificate.md`).
package enum Verdict: String, Sendable, Hashable, Codable {
    /// The loss fell, and the upper bound of its change is below zero.
    case better
    /// The upper bound is at most the tolerance; 0 for a model that is the same to the last bit.
    case lossless
    /// Neither can be said.
    case notMet = "not-met"

    /// - Parameter tolerance: the rise of the mean loss that the user accepts.
    package init(_ comparison: PairedComparison, tolerance: Double) {
        if comparison.upperBound95 < 0 {
            self = .better
        } else if comparison.upperBound95 <= tolerance {
            self = .lossless
        } else {
            self = .notMet
        }
    }
}
