internal import Calibration
internal import LowRank
internal import Reporting

/// What a user is told about the samples.
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
        comparison.samplesNeeded(tolerance: tolerance).map {
            demand("a bound of \(NumberText.signed(tolerance, 4))", $0, sampleCount: comparison.sampleCount, share: share)
        }
    }

    /// As ``demand(of:tolerance:share:)``, of a fall of the share of right answers.
    ///
    /// - Parameters:
    ///   - name: of the share.
    ///   - limit: of the fall.
    ///   - sampleCount: how many there were.
    static func demand(
        of comparison: AccuracyComparison, called name: String, fall limit: Double, sampleCount: Int, share: Double = 1
    ) -> String? {
        comparison.samplesNeeded(fall: limit, sampleCount: sampleCount).map {
            demand(
                "a fall of \(name) by at most \(NumberText.plain(100 * limit)) points", $0, sampleCount: sampleCount, share: share)
        }
    }

    private static func demand(_ what: String, _ needed: Int, sampleCount: Int, share: Double) -> String {
        let whole = share < 1 ? ", of \(NumberText.grouped(Int(Double(needed) / share))) in the file" : ""
        return "\(what) needs about \(NumberText.grouped(needed)) samples\(whole), "
            + "if mean and spread stay as they are; there were \(NumberText.grouped(sampleCount))"
    }

    /// What is said of losses that are worse than a blind guess's beyond noise and rounding: such a model is mostly fed otherwise than it was
    /// trained, and one that is as good as that is of no use. Nil for all others.
    static func doubt(_ samples: SampleLosses, of output: MeasuredOutput) -> String? {
        guard let guess = samples.lossOfBlindGuess(output.loss.kind, width: output.width),
            let comparison = try? PairedComparison(before: samples.losses.map { _ in guess }, after: samples.losses),
            comparison.difference > max(2 * comparison.standardError, guess / 100)
        else { return nil }
        return
            "the model's own loss is \(NumberText.fixed(comparison.after, 3)) on \(comparison.sampleCount) samples, and a blind guess's "
            + "\(NumberText.fixed(guess, 3)): are labels, output, scale, mean and standard deviation those that it was trained with?"
    }
}
