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

    /// Reference values from the tables of Student's distribution, one-sided 0.98.
    @Test(arguments: [
        (1, 15.8945, 1e-4), (2, 4.8487, 1e-4), (3, 3.4819, 0.05), (5, 2.7565, 0.005), (10, 2.35931, 3e-4), (100, 2.0809, 1e-4),
    ])
    func quantiles(degreesOfFreedom: Int, expected: Double, tolerance: Double) {
        #expect(abs(StudentDistribution.quantile98(degreesOfFreedom: degreesOfFreedom) - expected) < tolerance)
    }

    @Test func verdicts() throws {
        let better = try PairedComparison(before: [1, 1, 1, 1], after: [0.9, 0.8, 0.9, 0.8])
        #expect(Verdict(better, tolerance: 0) == .better)
        let same = try PairedComparison(before: [1, 2, 3, 4], after: [1, 2, 3, 4])
        #expect(Verdict(same, tolerance: 0) == .lossless)
        let worse = try PairedComparison(before: [1, 1, 1, 1], after: [1.01, 1.02, 1.01, 1.02])
        #expect(Verdict(worse, tolerance: 0) == .notMet)
        #expect(Verdict(worse, tolerance: 0.1) == .lossless)
        #expect(Verdict(worse, tolerance: 0.016) == .notMet)
    }

    @Test("A mean of at most the tolerance is no proof of anything")
    func meanIsNoProof() throws {
        let noisy = try PairedComparison(before: [1, 1, 1, 1], after: [0, 1.9, 0.5, 0.5])
        #expect(noisy.difference < 0)
        #expect(Verdict(noisy, tolerance: 0) == .notMet)
        #expect(Verdict(noisy, tolerance: 0.1) == .notMet)
    }

    @Test("With as many samples as are said to be needed, the bound is where it should be")
    func samplesNeeded() throws {
        func comparison(_ count: Int) throws -> PairedComparison {
            // A mean of -0.1, a standard deviation of 1.
            try PairedComparison(before: Array(repeating: 2, count: count), after: (0..<count).map { $0 % 2 == 0 ? 2.9 : 0.9 })
        }
        let few = try comparison(100)
        #expect(Verdict(few, tolerance: 0) == .notMet)
        let needed = try #require(few.samplesNeeded(for: 0))
        #expect((400...450).contains(needed), "(2.054 / 0.1) squared, for a deviation of 1")
        #expect(Verdict(try comparison(needed * 11 / 10 / 2 * 2), tolerance: 0) == .better)
        #expect(Verdict(try comparison(needed * 9 / 10 / 2 * 2), tolerance: 0) == .notMet)
        #expect(few.samplesNeeded(for: -0.1) == nil)
        #expect(few.samplesNeeded(for: few.difference - 1) == nil)
    }
}
