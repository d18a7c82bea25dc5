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
    /// How much may be left.
    package let targets: Targets
    /// Whether the search remembers its pieces for another one, with milder limits, that may go on from them.
    package let keepsWork: Bool

    /// Whether the verdict will go by the select samples as well, so that these cannot be learned from.
    var restsOnSelect: Bool { targets.isEmpty && acceptance.limits.areNone }

    package init(_ mode: Mode, _ acceptance: Acceptance, targets: Targets = Targets(), keepsWork: Bool = false) {
        self.mode = mode
        self.acceptance = acceptance
        self.targets = targets
        self.keepsWork = keepsWork
    }

    /// - Parameter tolerance: the rise of the mean loss that is acceptable.
    package init(_ mode: Mode, tolerance: Double = 0, targets: Targets = Targets()) {
        self.init(mode, Acceptance(Limits(lossRise: tolerance)), targets: targets)
    }
}
