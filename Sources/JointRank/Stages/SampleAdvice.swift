internal import LowRank
internal import Reporting

/// What a user is told about the number of samples.
enum SampleAdvice {
    /// Fewer make bounds so wide that results which are no worse are refused.
    private static let fewest = 100

    /// Said before the work; nil where there are enough.
    static func warning(certify count: Int) -> String? {
        guard count < fewest else { return nil }
        return
            "only \(count) samples judge the result, fewer than \(fewest): its bound will be wide, and a result that is no worse may fail"
    }

    /// Said after it; nil where the bound is kept, or no number of samples would help.
    ///
    /// - Parameter share: of the file's samples, where a part of it was used.
    static func demand(of comparison: PairedComparison, tolerance: Double, share: Double = 1) -> String? {
        guard let needed = comparison.samplesNeeded(tolerance: tolerance) else { return nil }
        let whole = share < 1 ? ", of \(NumberText.grouped(Int(Double(needed) / share))) in the file" : ""
        return "a bound of \(NumberText.signed(tolerance, 4)) needs about \(NumberText.grouped(needed)) samples\(whole), "
            + "if mean and spread stay as they are; there were \(NumberText.grouped(comparison.sampleCount))"
    }
}
