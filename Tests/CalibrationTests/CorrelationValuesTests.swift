import Calibration
import LowRank
import Tensors
import TestSupport
import Testing

@Suite("The correlation, sample by sample")
struct CorrelationValuesTests {
    private func losses(_ predictions: [Double], _ targets: [Double], counts: [Int]) -> SampleLosses {
        SampleLosses(losses: counts.map { _ in 0 }, predictions: predictions, targets: targets, counts: counts)
    }

    private func correlation(_ losses: SampleLosses) throws -> Double {
        try #require(losses.metrics(of: .squaredError).first).value
    }

    private func correlations(_ losses: SampleLosses) -> [Double] { losses.values(of: .correlation, against: losses) }

    @Test("Its mean is the correlation, also where samples have unlike numbers of values")
    func mean() throws {
        let predictions = [1, 2.5, -1, 0.25, 7, 3, -2], targets = [1.5, 2, 0, 1, 5, 4, 1.0]
        for counts in [[1, 1, 1, 1, 1, 1, 1], [3, 1, 3], [2, 5]] {
            let losses = self.losses(predictions, targets, counts: counts)
            let values = correlations(losses)
            #expect(values.count == counts.count)
            #expect(abs(values.reduce(0, +) / Double(counts.count) - (try correlation(losses))) < 1e-12)
        }
    }

    @Test("Of several outputs, it is the mean of their own, whatever their levels")
    func outputs() throws {
        let first = losses([1, 2, 4], [1, 3, 2], counts: [1, 1, 1]), second = losses([5, 1, 2], [1, 2, 3], counts: [1, 1, 1])
        let both = losses([1, 1005, 2, 1001, 4, 1002], [1, 1001, 3, 1002, 2, 1003], counts: [2, 2, 2])
        let expected = (try correlation(first) + (try correlation(second))) / 2
        #expect(abs(try correlation(both) - expected) < 1e-9)
        let values = zip(correlations(first), correlations(second)).map { ($0 + $1) / 2 }
        for (a, b) in zip(correlations(both), values) { #expect(abs(a - b) < 1e-9) }
    }

    @Test("Values that do not vary have none, and losses without a metric neither")
    func constant() {
        #expect(correlations(losses([1, 1], [0, 1], counts: [1, 1])) == [0, 0])
        #expect(correlations(losses([1, .nan], [0, 1], counts: [1, 1])) == [0, 0])
        #expect(correlations(losses([0, 1], [1, 1], counts: [1, 1])) == [])
        #expect(losses([], [], counts: [0, 0]).values(of: .accuracy, against: SampleLosses()) == [])
    }

    /// Targets t, and two models that see them with noise of deviations 0.5 and 0.6: correlations 1 / sqrt(1 + 0.25) and 1 / sqrt(1 + 0.36).
    @Test("Its bound of the fall holds in 95 % of all sets", arguments: [60, 300])
    func coverage(samples: Int) throws {
        var random = RandomTensors(seed: 11)
        let truth = 1 / 1.25.squareRoot() - 1 / 1.36.squareRoot()
        let sets = 600
        var violations = 0
        for _ in 0..<sets {
            let noise = try (random.normal([3, samples]).elements(as: Float.self) ?? []).map { Double($0) }
            let targets = Array(noise[..<samples])
            let models = [(0.5, 1), (0.6, 2)].map { deviation, row in
                losses(
                    (0..<samples).map { targets[$0] + deviation * noise[row * samples + $0] }, targets,
                    counts: Array(repeating: 1, count: samples))
            }
            let comparison = try AccuracyComparison(
                before: correlations(models[0]), after: correlations(models[1]))
            if comparison.fallUpperBound95 < truth { violations += 1 }
        }
        // Five standard errors above 2 %, which is what the bound aims at.
        #expect(Double(violations) / Double(sets) < 0.05)
    }
}
