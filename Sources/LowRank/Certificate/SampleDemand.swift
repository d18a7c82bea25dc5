internal import Foundation

/// What a comparison of few samples says about how many a bound would take.
extension PairedComparison {
    /// Samples that would bring the upper bound down to `tolerance`, if mean and spread of the differences stay as they are:
    /// (z s / (tolerance - mean))^2, z being the normal quantile of 98 % (see ``upperBound95``), s the standard deviation. Two digits, rounded up.
    ///
    /// - Returns: nil where the bound is there already, and where the mean is not below the tolerance, so that no number of samples helps.
    package func samplesNeeded(tolerance: Double) -> Int? {
        guard upperBound95 > tolerance, difference < tolerance else { return nil }
        let deviation = standardError * Double(sampleCount).squareRoot()
        return rounded(max(pow(StudentDistribution.normalQuantile98 * deviation / (tolerance - difference), 2), Double(sampleCount + 1)))
    }
}

extension AccuracyComparison {
    /// Samples that would bring the bound of the fall down to a limit, if as many answers change as do now: those that
    /// 1.7 standard errors above the mean would take, and no fewer than can show it where nothing changes. Two digits, rounded up.
    ///
    /// - Parameter sampleCount: how many there were.
    /// - Returns: nil where the bound is there already, and where the fall itself is not below the limit.
    package func samplesNeeded(fall limit: Double, sampleCount: Int) -> Int? {
        guard fallUpperBound95 > limit, -difference < limit, sampleCount > 0 else { return nil }
        let deviation = standardError * Double(sampleCount).squareRoot()
        // What the bound of no change at all shows of a sample's answers.
        let floor = fallUpperBoundOfNoChange * Double(sampleCount) / limit
        return rounded(max(pow(1.7 * deviation / (limit + difference), 2), floor, Double(sampleCount + 1)))
    }
}

/// Two digits, rounded up; nil for more than anybody has.
private func rounded(_ count: Double) -> Int? {
    let unit = pow(10, max(0, floor(log10(count)) - 1))
    let rounded = (count / unit).rounded(.up) * unit
    return rounded < 1e15 ? Int(rounded) : nil
}
