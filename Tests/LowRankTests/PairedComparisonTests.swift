import Testing

@testable import LowRank

struct PairedComparisonTests {
    @Test func meanAndStandardErrorOfDifferences() throws {
        let comparison = try PairedComparison(before: [1, 2, 3, 4], after: [1.5, 2, 2.5, 5])
        #expect(comparison.difference == 0.25)
        // Differences .5, 0, -.5, 1: sample variance 1.25 / 3, divided by 4.
        #expect(abs(comparison.standardError - (1.25 / 3 / 4).squareRoot()) < 1e-15)
        #expect(comparison.before == 2.5)
        #expect(comparison.after == 2.75)
    }

    @Test func refusesWhatCannotBeCompared() {
        #expect(throws: CertificateError.tooFewSamples(1)) { try PairedComparison(before: [1], after: [1]) }
        #expect(throws: CertificateError.unequalCounts(2, 1)) { try PairedComparison(before: [1, 2], after: [1]) }
        #expect(throws: CertificateError.notFinite(sample: 1, model: .changed)) {
            try PairedComparison(before: [1, 2], after: [1, .nan])
        }
    }

    /// Reference values from the tables of Student's distribution, one-sided 0.95.
    @Test(arguments: [(1, 6.3138, 1e-4), (2, 2.9200, 1e-4), (3, 2.3534, 0.02), (5, 2.0150, 0.002), (10, 1.8125, 2e-4), (87, 1.6626, 1e-4)])
    func quantiles(degreesOfFreedom: Int, expected: Double, tolerance: Double) {
        #expect(abs(StudentDistribution.quantile95(degreesOfFreedom: degreesOfFreedom) - expected) < tolerance)
    }

    @Test func verdicts() throws {
        let better = try PairedComparison(before: [1, 1, 1, 1], after: [0.9, 0.8, 0.9, 0.8])
        #expect(Verdict(better, tolerance: 0) == .better)
        let noisy = try PairedComparison(before: [1, 1, 1, 1], after: [0, 1.9, 0.5, 0.5])
        #expect(Verdict(noisy, tolerance: 0) == .lossless)
        let worse = try PairedComparison(before: [1, 1, 1, 1], after: [1.01, 1.02, 1.01, 1.02])
        #expect(Verdict(worse, tolerance: 0) == .notMet)
        #expect(Verdict(worse, tolerance: 0.1) == .lossless)
        #expect(Verdict(worse, tolerance: 0.016) == .notMet)
    }
}
