internal import Foundation

/// How long runs of a model take beside those of another one.
struct LatencyComparison: Sendable, Hashable {
    /// Medians, in milliseconds.
    let before: Double
    let after: Double
    /// After over before: of pairs of runs, the median of theirs.
    let ratio: Double
    /// Of the ratio, relative to it; 1 where the clock is too coarse for the runs, and nothing is known.
    let relativeError: Double
    let clock: RunClock

    /// - Parameters:
    ///   - before: milliseconds, run by run; at least one.
    ///   - arePairs: whether runs of both were made in turn.
    init(before: [Double], after: [Double], arePairs: Bool, clock: RunClock) {
        self.before = before.median
        self.after = after.median
        self.clock = clock
        guard self.before > 0, self.after > 0 else {
            (ratio, relativeError) = (1, 1)
            return
        }
        guard arePairs else {
            ratio = self.after / self.before
            relativeError = hypot(before.errorOfMedian / self.before, after.errorOfMedian / self.after)
            return
        }
        let ratios = zip(before, after).filter { $0.0 > 0 }.map { $1 / $0 }
        ratio = ratios.median
        relativeError = ratio > 0 ? ratios.errorOfMedian / ratio : 1
    }
}

extension [Double] {
    /// NaN for none.
    var median: Double {
        let sorted = sorted()
        let middle = sorted.count / 2
        guard !sorted.isEmpty else { return .nan }
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The standard error of the median, sqrt(pi / 2) sigma / sqrt(n), where 1.4826 times the median absolute deviation stands for sigma: single
    /// values that are far off, as where something else ran, hardly count.
    var errorOfMedian: Double {
        let center = median
        let deviation = 1.4826 * map { abs($0 - center) }.median
        return (Double.pi / 2).squareRoot() * deviation / Double(count).squareRoot()
    }
}
