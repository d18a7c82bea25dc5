import Foundation
import Testing

@testable import LowRank

/// How often a model passes whose true change is known: the promise is that at most 5 % of the sets pass one that is worse.
@Suite("Operating characteristic of the verdict")
struct OperatingCharacteristicTests {
    /// Uniform numbers above 0 and up to 1, the same on every machine.
    private struct Uniform {
        var state: UInt64

        mutating func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double((state >> 11) + 1) / Double(1 << 53)
        }
    }

    /// The share of sets that pass at a tolerance, of models whose changes of a sample's loss have a standard deviation of 1 and a
    /// skewness of 2: most samples gain a little, a few lose much, as under truncation.
    ///
    /// - Parameter multiple: the true change above the tolerance, in standard errors of a set.
    private func share(passing multiple: Double, samples: Int, tolerance: Double = 0, sets: Int = 2000) throws -> Double {
        var uniform = Uniform(state: UInt64(samples))
        let truth = tolerance + multiple / Double(samples).squareRoot()
        let before = Array(repeating: 1.0, count: samples)
        var passed = 0
        for _ in 0..<sets {
            let after = (0..<samples).map { _ in 1 + truth - log(uniform.next()) - 1 }
            let evidence = Evidence(loss: try PairedComparison(before: before, after: after))
            if Verdict(evidence, limits: Limits(lossRise: tolerance)) != .notMet { passed += 1 }
        }
        return Double(passed) / Double(sets)
    }

    /// Student's quantile at 95 % would pass 7 % of 100 samples, a mean of at most the tolerance more than half.
    @Test("At most 5 % pass where the change is just above the tolerance", arguments: [100, 250], [0, 0.02])
    func justAbove(samples: Int, tolerance: Double) throws {
        let share = try share(passing: 1e-9, samples: samples, tolerance: tolerance)
        #expect(share <= 0.05)
        #expect(share >= 0.01, "a bound that nothing reaches would be no use")
    }

    @Test("Far fewer pass further above", arguments: [(0.5, 0.02), (1, 0.006), (2, 0.001)])
    func above(multiple: Double, atMost: Double) throws {
        #expect(try share(passing: multiple, samples: 100) <= atMost)
    }

    @Test("What is better by four standard errors passes nearly always")
    func better() throws {
        #expect(try share(passing: -4, samples: 250) >= 0.9)
    }

    /// The share of sets that pass at a limit of the fall, where as many answers are mended as the fall leaves of those that change.
    ///
    /// - Parameters:
    ///   - fall: the true one.
    ///   - changes: the share of answers that change.
    private func share(passing limit: Double, fall: Double, changes: Double, samples: Int, sets: Int = 1000) throws -> Double {
        var uniform = Uniform(state: UInt64(samples) + 17)
        let broken = (changes + fall) / 2
        var known: [[Int]: Bool] = [:]
        var passed = 0
        for _ in 0..<sets {
            var counts = [0, 0]
            for _ in 0..<samples {
                let number = uniform.next()
                if number <= broken { counts[0] += 1 } else if number <= changes { counts[1] += 1 }
            }
            let passes = known[counts] ?? (ExactFall.upperBound95(broken: counts[0], mended: counts[1], samples: samples) <= limit)
            known[counts] = passes
            if passes { passed += 1 }
        }
        return Double(passed) / Double(sets)
    }

    @Test("Of accuracies that fall by just more than the limit, at most 5 % pass", arguments: [300, 1000], [0.03, 0.06])
    func accuracy(samples: Int, changes: Double) throws {
        let share = try share(passing: 0.02, fall: 0.02 + 1e-9, changes: changes, samples: samples)
        // Two standard errors of a share of a thousand sets.
        #expect(share <= 0.05 + 2 * (0.05 * 0.95 / 1000).squareRoot())
        #expect(try self.share(passing: 0.02, fall: 0, changes: 0.01, samples: 1000) >= 0.9)
    }
}
