import Foundation
import Testing

@testable import LowRank

@Suite("How far a share of right answers may have fallen")
struct AccuracyComparisonTests {
    @Test("One answer a sample, by hand")
    func single() throws {
        let comparison = try AccuracyComparison(before: [1, 1, 1, 0], after: [0, 1, 0, 1], positions: [1, 1, 1, 1])
        #expect(comparison.before == 0.75 && comparison.after == 0.5 && comparison.difference == -0.25)
        // Changes -1, 0, -1, 1: squares about the mean add up to 2.75.
        #expect(abs(comparison.standardError - (2.75 / 3 / 4).squareRoot()) < 1e-15)
        #expect(comparison.fallUpperBound95 == ExactFall.upperBound95(broken: 2, mended: 1, samples: 4))
    }

    @Test("Samples without a label count neither for the share nor for the bound")
    func unlabelled() throws {
        let all = try AccuracyComparison(before: [1, 1, 0, 0], after: [0, 1, 0, 0], positions: [1, 1, 0, 1])
        #expect(abs(all.difference + 1.0 / 3) < 1e-15)
        #expect(all.fallUpperBound95 == ExactFall.upperBound95(broken: 1, mended: 0, samples: 3))
    }

    @Test("Several answers a sample: each counts the same, and samples are what is independent")
    func several() throws {
        let before = Array(repeating: [8, 6, 0, 2], count: 25).flatMap { $0 }
        let after = Array(repeating: [6, 7, 0, 1], count: 25).flatMap { $0 }
        let comparison = try AccuracyComparison(
            before: before, after: after, positions: Array(repeating: [10, 10, 0, 4], count: 25).flatMap { $0 })
        #expect(abs(comparison.before - 16.0 / 24) < 1e-15 && abs(comparison.difference + 2.0 / 24) < 1e-15)
        // Falls of 2, -1, 0, 1 answers, where a mean sample has 6.
        let deviation = ((1.5 * 1.5 + 1.5 * 1.5 + 0.5 * 0.5 + 0.5 * 0.5) / 4 * 100 / 99).squareRoot() / 6
        #expect(abs(comparison.standardError - deviation / 10) < 1e-15)
        #expect(abs(comparison.fallUpperBound95 - (0.5 / 6 + 2.0812 * deviation / 10)) < 1e-5)
    }

    @Test("Where nothing changed, something still may have")
    func unchanged() throws {
        let right = Array(repeating: 3, count: 100)
        let comparison = try AccuracyComparison(before: right, after: right, positions: Array(repeating: 4, count: 100))
        #expect(comparison.difference == 0 && comparison.standardError == 0)
        #expect(abs(comparison.fallUpperBound95 - 0.01) < 0.001)
    }

    @Test("What cannot be compared is told")
    func errors() {
        #expect(throws: CertificateError.tooFewSamples(1)) { try AccuracyComparison(before: [1], after: [1], positions: [1]) }
        #expect(throws: CertificateError.unequalCounts(2, 1)) { try AccuracyComparison(before: [1, 1], after: [1], positions: [1, 1]) }
        #expect(throws: CertificateError.unequalCounts(2, 1)) { try AccuracyComparison(before: [1, 1], after: [1, 1], positions: [1]) }
    }

    /// From tables: the exact 95 % interval of 3 in 10 is 0.0667 to 0.6525.
    @Test("Binomial distribution, and Clopper and Pearson's bound")
    func binomial() {
        #expect(abs(BinomialDistribution.density(2, trials: 5, probability: 0.3) - 0.3087) < 1e-12)
        #expect(abs(BinomialDistribution.cumulative(2, trials: 5, probability: 0.3) - 0.83692) < 1e-12)
        #expect(abs(BinomialDistribution.cumulative(1, trials: 5, probability: 0.3) - 0.52822) < 1e-12)
        #expect(abs(BinomialDistribution.upperBound(successes: 3, trials: 10, error: 0.025) - 0.6525) < 5e-5)
        #expect(abs(BinomialDistribution.upperBound(successes: 0, trials: 100, error: 0.05) - (1 - pow(0.05, 0.01))) < 1e-12)
        #expect(BinomialDistribution.upperBound(successes: 4, trials: 4, error: 0.05) == 1)
        let half = BinomialDistribution.cumulative(500_000, trials: 1_000_000, probability: 0.5)
        // One half, and half of the central density, 1 / sqrt(2 pi n / 4).
        #expect(abs(half - 0.5 - 0.5 / (Double.pi * 500_000).squareRoot()) < 1e-7)
    }

    @Test("The bound is of the size that it should have")
    func sizes() {
        // No change among n: about four of them may be; the normal approximation would say none.
        #expect(abs(ExactFall.upperBound95(broken: 0, mended: 0, samples: 1000) * 1000 - 4) < 0.1)
        // Many changes: near the normal bound, 0.004 + 1.645 sqrt(150) / 2500, and never below it.
        let normal = 0.004 + 1.645 * 150.0.squareRoot() / 2500
        let bound = ExactFall.upperBound95(broken: 80, mended: 70, samples: 2500)
        #expect(bound > normal && bound < normal * 1.12)
        // A rise that is beyond doubt.
        #expect(ExactFall.upperBound95(broken: 5, mended: 60, samples: 500) < -0.05)
        #expect(ExactFall.upperBound95(broken: 3, mended: 0, samples: 3) == 1)
        #expect(ExactFall.upperBound95(broken: 0, mended: 0, samples: 0) == 1)
    }

    /// Every outcome of n samples, weighed by its probability, for chances over the whole triangle and for rare ones.
    @Test("At least 95 % of all outcomes have a bound that holds, whatever the chances", arguments: [5, 12, 25])
    func coverage(samples: Int) {
        var bounds: [[Double]] = []
        for broken in 0...samples {
            bounds.append((0...(samples - broken)).map { ExactFall.upperBound95(broken: broken, mended: $0, samples: samples) })
        }
        let chances = [0, 0.002, 0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9, 1]
        var lowest = 1.0
        for p in chances {
            for q in chances where p + q <= 1 {
                var covered = 0.0
                for broken in 0...samples {
                    let first = BinomialDistribution.density(broken, trials: samples, probability: p)
                    for mended in 0...(samples - broken) where bounds[broken][mended] >= p - q {
                        covered +=
                            first
                            * BinomialDistribution.density(mended, trials: samples - broken, probability: p < 1 ? min(1, q / (1 - p)) : 0)
                    }
                }
                #expect(covered >= 0.95 - 1e-9, "p \(p), q \(q)")
                lowest = min(lowest, covered)
            }
        }
        #expect(lowest < 0.99, "a bound that holds nearly always says too little")
    }

    /// Sequences of 20 answers, whose chance of change differs from one to the next: most change in none, some in many.
    @Test("Over samples of several answers at least 95 % of the bounds hold", arguments: [50, 200])
    func coverageOverSamples(samples: Int) throws {
        var numbers = CongruentialNumbers(state: 5)
        func chance() -> Double { (numbers.next() + 1) / 2 }
        var held = 0
        for _ in 0..<1000 {
            var (before, after) = ([Int](), [Int]())
            for _ in 0..<samples {
                let share = 0.2 * pow(chance(), 3)
                let broken = (0..<20).count { _ in chance() < share }
                let mended = (0..<10).count { _ in chance() < share }
                before.append(20)
                after.append(20 - broken + mended)
            }
            let comparison = try AccuracyComparison(before: before, after: after, positions: Array(repeating: 40, count: samples))
            // A sample loses (20 - 10) times the mean chance, 0.05, of 40 answers.
            if comparison.fallUpperBound95 >= 0.0125 { held += 1 }
        }
        #expect(held >= 950)
    }
}
