/// What the certify set says about a compressed model.
package enum Verdict: String, Sendable, Hashable, Codable {
    /// The loss fell, and the upper bound of its change is below zero.
    case better
    /// The loss did not rise on average, or it provably rose by no more than the tolerance.
    case lossless
    /// Neither can be said.
    case notMet = "not-met"

    /// - Parameter tolerance: the rise of the mean loss that the user accepts.
    package init(_ comparison: PairedComparison, tolerance: Double) {
        if comparison.upperBound95 < 0 {
            self = .better
        } else if comparison.difference <= 0 || comparison.upperBound95 <= tolerance {
            self = .lossless
        } else {
            self = .notMet
        }
    }
}
