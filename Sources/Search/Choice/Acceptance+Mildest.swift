internal import Foundation
package import LowRank

/// With which limits a point would be acceptable.
extension Acceptance {
    /// The mildest limits with which a point has the usual margin, none of them stricter than what is asked for. Two digits, rounded up, so that they
    /// can be written.
    package func mildest(of change: PairedComparison, _ answers: AnswerChange?) -> Limits {
        let rise = bound(change) + Acceptance.usualMargin * change.standardError
        let fall = answers.map { bound($0) + Acceptance.usualMargin * $0.standardError } ?? 1
        func milder(_ limit: Double?, _ needed: Double) -> Double? { limit.map { max($0, Acceptance.roundedUp(needed)) } }
        guard limits.areNone else {
            return Limits(lossRise: milder(limits.lossRise, rise), accuracyFall: milder(limits.accuracyFall, fall))
        }
        return proposesFall ? Limits(accuracyFall: milder(0, fall)) : Limits(lossRise: milder(0, rise))
    }

    /// The point with the mildest limits of all that are not acceptable, the smallest of equals; nil where there is none.
    ///
    /// - Parameter points: from the largest to the smallest.
    func next(_ points: [FrontierPoint]) -> (point: FrontierPoint, limits: Limits)? {
        let candidates = points.map { ($0, mildest(of: $0.comparison, $0.answers)) }.filter { $0.1 != limits }
        return candidates.reversed().min { $0.1.precedes($1.1) }
    }

    /// Two digits, rounded up; 0 for what is not above it.
    package static func roundedUp(_ value: Double) -> Double {
        guard value > 0, value.isFinite else { return value > 0 ? value : 0 }
        let unit = pow(10, 1 - floor(log10(value)))
        return (value * unit * (1 - 1e-12)).rounded(.up) / unit
    }
}

extension Limits {
    /// By the fall, then by the rise.
    fileprivate func precedes(_ other: Limits) -> Bool {
        [accuracyFall ?? 0, lossRise ?? 0].lexicographicallyPrecedes([other.accuracyFall ?? 0, other.lossRise ?? 0])
    }
}
