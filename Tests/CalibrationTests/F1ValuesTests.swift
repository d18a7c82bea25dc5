import Calibration
import LowRank
import TestSupport
import Testing

@Suite("F1, sample by sample")
struct F1ValuesTests {
    private func losses(_ predictions: [Double], _ targets: [Double], counts: [Int]? = nil) -> SampleLosses {
        let counts = counts ?? targets.map { _ in 1 }
        return SampleLosses(losses: counts.map { _ in 0 }, predictions: predictions, targets: targets, counts: counts)
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    @Test("Its mean is the F1 of either model, and samples whose answers are the same do not change")
    func means() throws {
        let targets: [Double] = [0, 0, 0, 1, 1, 2, 2, 2, 2, 0]
        let before = losses([0, 0, 1, 1, 1, 2, 2, 0, 2, 0], targets), after = losses([0, 2, 1, 1, 0, 2, 2, 2, 2, 0], targets)
        // By hand: classes 0, 1 and 2 have 2 TP / (P + T) = 6/8, 4/5, 6/7 before, and 4/7, 2/4, 8/9 after.
        let values = (before.values(of: .macroF1, against: before), after.values(of: .macroF1, against: before))
        #expect(abs(mean(values.0) - (6.0 / 8 + 4.0 / 5 + 6.0 / 7) / 3) < 1e-12)
        #expect(abs(mean(values.1) - (4.0 / 7 + 2.0 / 4 + 8.0 / 9) / 3) < 1e-12)
        for index in targets.indices where before.predictions[index] == after.predictions[index] {
            #expect(values.0[index] == values.1[index])
        }
        #expect(values.0[1] > values.1[1])
        #expect(values.0[7] < values.1[7])
    }

    @Test("Of yes and no, only yes counts, and each entry counts the same however many a sample has")
    func yes() {
        let targets: [Double] = [1, 0, 0, 1, 1, 0], counts = [1, 3, 2]
        let before = losses([1, 0, 1, 1, 0, 0], targets, counts: counts), after = losses([0, 0, 0, 1, 1, 1], targets, counts: counts)
        #expect(abs(mean(before.values(of: .microF1, against: before)) - 4.0 / 6) < 1e-12)
        #expect(abs(mean(after.values(of: .microF1, against: before)) - 4.0 / 6) < 1e-12)
        #expect(before.metrics(of: .binaryCrossEntropy).map(\.value)[1] == 4.0 / 6)
    }

    @Test("A class that only the changed model answers with does not count, and leaves the other samples' numbers as they are")
    func strayClass() {
        let before = losses([0, 1, 1], [0, 1, 1]), after = losses([0, 1, 7], [0, 1, 1])
        #expect(abs(mean(before.values(of: .macroF1, against: before)) - 1) < 1e-12)
        #expect(abs(mean(after.values(of: .macroF1, against: before)) - (1 + 2.0 / 3) / 2) < 1e-12)
        #expect(after.values(of: .macroF1, against: before).prefix(2) == [1, 1])
        #expect(losses([], []).values(of: .macroF1, against: losses([], [])) == [])
    }

    /// Five classes, of which the last is rare; the changed model is wrong in another share of the samples.
    @Test("Its bound of the fall holds in 95 % of all sets", arguments: [(200, 0.002), (200, 0.03), (1000, 0.1)])
    func coverage(samples: Int, change: Double) throws {
        var random = CoinFlips(seed: 7)
        let chances = [0.3, 0.3, 0.2, 0.15, 0.05]
        func sample(_ count: Int) -> (before: SampleLosses, after: SampleLosses) {
            var (targets, first, second): ([Double], [Double], [Double]) = ([], [], [])
            for _ in 0..<count {
                var (place, target) = (random.next(), 0)
                while target < 4, place >= chances[target] {
                    place -= chances[target]
                    target += 1
                }
                let wrong = Double((target + 1) % 5)
                let old = random.next() < 0.15 ? wrong : Double(target)
                targets.append(Double(target))
                first.append(old)
                second.append(random.next() < change ? wrong : old)
            }
            return (losses(first, targets), losses(second, targets))
        }
        func fall(_ pair: (before: SampleLosses, after: SampleLosses)) throws -> AccuracyComparison {
            try AccuracyComparison(
                before: pair.before.values(of: .macroF1, against: pair.before),
                after: pair.after.values(of: .macroF1, against: pair.before), answers: pair.before.counts.count)
        }
        let truth = -(try fall(sample(400_000))).difference
        let sets = 400
        var violations = 0
        for _ in 0..<sets where try fall(sample(samples)).fallUpperBound95 < truth { violations += 1 }
        #expect(Double(violations) / Double(sets) <= 0.05)
    }
}

/// Uniform numbers of [0, 1).
private struct CoinFlips {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// Marsaglia's xorshift.
    mutating func next() -> Double {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Double(state >> 11) / Double(1 << 53)
    }
}
