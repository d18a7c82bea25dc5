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
        let needed = max(pow(StudentDistribution.normalQuantile98 * deviation / (tolerance - difference), 2), Double(sampleCount + 1))
        let unit = pow(10, max(0, floor(log10(needed)) - 1))
        let rounded = (needed / unit).rounded(.up) * unit
        // Beyond that, nobody has so many.
        return rounded < 1e15 ? Int(rounded) : nil
    }
}
