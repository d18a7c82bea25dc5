import Testing

@testable import LowRank

@Suite("Paired comparisons")
struct PairedComparisonTests {
    @Test("Mean and standard error of differences")
    func meanAndStandardErrorOfDifferences() throws {
        let comparison = try PairedComparison(before: [1, 2, 3, 4], after: [1.5, 2, 2.5, 5])
        #expect(comparison.difference == 0.25)
        // Differences .5, 0, -.5, 1: sample variance 1.25 / 3, divided by 4.
        #expect(abs(comparison.standardError - (1.25 / 3 / 4).squareRoot()) < 1e-15)
        #expect(comparison.before == 2.5)
        #expect(comparison.after == 2.75)
    }

    @Test("Refuses what cannot be compared")
    func refusesWhatCannotBeCompared() {
        #expect(throws: CertificateError.tooFewSamples(1)) { try PairedComparison(before: [1], after: [1]) }
        #expect(throws: CertificateError.unequalCounts(2, 1)) { try PairedComparison(before: [1, 2], after: [1]) }
        #expect(throws: CertificateError.notFinite(sample: 1, model: .changed)) {
            try PairedComparison(before: [1, 2], after: [1, .nan])
        }
    }

    /// Reference values from the tables of Student's distribution, one-sided 0.98.
    @Test(
        "Quantiles",
        arguments: [
            (1, 15.8945, 1e-4), (2, 4.8487, 1e-4), (3, 3.4819, 0.05), (5, 2.7565, 0.005), (10, 2.35931, 3e-4), (100, 2.0809, 1e-4),
        ])
    func quantiles(degreesOfFreedom: Int, expected: Double, tolerance: Double) {
        #expect(abs(StudentDistribution.quantile98(degreesOfFreedom: degreesOfFreedom) - expected) < tolerance)
    }

    @Test("So many samples bring the bound to the tolerance, at the same mean and spread")
    func samplesNeeded() throws {
        // Differences of mean 0.01 and standard deviation 0.1, but for n / (n - 1).
        func comparison(_ count: Int) throws -> PairedComparison {
            try PairedComparison(before: Array(repeating: 0, count: count), after: (0..<count).map { $0 % 2 == 0 ? 0.11 : -0.09 })
        }
        let few = try comparison(50)
        // (2.054 * 0.101 / 0.01)^2 = 430.4 above the mean; 35 samples would do for 0.045, which 50 fulfil.
        #expect(few.samplesNeeded(tolerance: 0.02) == 440)
        #expect(few.samplesNeeded(tolerance: 0.045) == nil)
        #expect(few.samplesNeeded(tolerance: 0.01) == nil && few.samplesNeeded(tolerance: 0) == nil)
        #expect(few.samplesNeeded(tolerance: 0.011) == 44_000)
        #expect(few.samplesNeeded(tolerance: (0.01).nextUp) == nil)
        // Where the bound is only just too high, Student's quantile has its share in that.
        #expect(try comparison(4).samplesNeeded(tolerance: 0.1) == 7)
        // With so many, the bound holds.
        #expect(try comparison(440).upperBound95 <= 0.02)
        #expect(try comparison(420).upperBound95 > 0.02)
    }

    @Test("Another number of samples, at the same mean and spread, has another bound")
    func otherCounts() throws {
        let comparison = try PairedComparison(
            before: Array(repeating: 0, count: 100), after: (0..<100).map { $0 % 2 == 0 ? 0.11 : -0.09 })
        #expect(comparison.upperBound95(samples: 100) == comparison.upperBound95)
        let four = comparison.upperBound95(samples: 400) - comparison.difference
        // Half the standard error, and Student's quantile for more degrees of freedom.
        #expect(four < (comparison.upperBound95 - comparison.difference) / 2 && four > 2.05 * comparison.standardError / 2)
    }

    @Test("Corroboration is a fall by two standard errors")
    func corroboration() throws {
        #expect(try PairedComparison(before: [1, 1, 1, 1], after: [0.9, 0.8, 0.9, 0.8]).isCorroborating)
        #expect(!(try PairedComparison(before: [1, 1, 1, 1], after: [0, 1.9, 0.5, 0.5])).isCorroborating)
    }
}
