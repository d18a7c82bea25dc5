/// What a search is to find.
package struct Goal: Sendable, Hashable {
    package enum Mode: Sendable {
        /// The best loss, at a size that may be limited.
        case lossless
        /// The smallest size whose loss stays within the tolerance.
        case compact
    }

    package let mode: Mode
    /// The rise of the mean loss that is acceptable.
    package let tolerance: Double
    /// The most parameters to keep, as a share of all of the model's; nil for no limit.
    package let keptShare: Double?

    package init(_ mode: Mode, tolerance: Double = 0, keptShare: Double? = nil) {
        self.mode = mode
        self.tolerance = tolerance
        self.keptShare = keptShare
    }
}
