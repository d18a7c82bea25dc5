internal import LowRank

/// What a search is to find.
package struct Goal: Sendable, Hashable {
    package enum Mode: Sendable {
        /// The best loss, at a size that may be limited.
        case lossless
        /// The smallest size that costs no more than is acceptable.
        case compact
    }

    package let mode: Mode
    /// What is acceptable.
    package let acceptance: Acceptance
    /// The most parameters to keep, as a share of all of the model's; nil for no limit.
    package let keptShare: Double?
    /// Whether the search remembers its pieces for another one, with milder limits, that may go on from them.
    package let keepsWork: Bool

    /// Whether the verdict will go by the select samples as well, so that these cannot be learned from.
    var restsOnSelect: Bool { keptShare == nil && acceptance.limits.areNone }

    package init(_ mode: Mode, _ acceptance: Acceptance, keptShare: Double? = nil, keepsWork: Bool = false) {
        self.mode = mode
        self.acceptance = acceptance
        self.keptShare = keptShare
        self.keepsWork = keepsWork
    }

    /// - Parameter tolerance: the rise of the mean loss that is acceptable.
    package init(_ mode: Mode, tolerance: Double = 0, keptShare: Double? = nil) {
        self.init(mode, Acceptance(Limits(lossRise: tolerance)), keptShare: keptShare)
    }
}
