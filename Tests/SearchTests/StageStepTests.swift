import LowRank
import Search
import Testing

/// One layer of 8 x 8: ranks 8, 7, ... cost 64, 63, 60, 55, 48. A stage goes down to 0.8 * 64 = 51.2 at most, rank 4, and to 0.97 * 64 =
/// 62.08 at least, rank 6. Components 4 to 7 are predicted to raise the loss by 1.2e-3, 3e-4, 3e-5 and 3e-5: rank 4 by 1.56e-3, rank 5 by
/// 3.6e-4 and rank 6 by 6e-5. At first, 3e-3 is allowed.
@Suite("How far a stage goes")
struct StageStepTests {
    private let curvatures = [0.3, 0.15, 0.06, 0.03, 1.2e-3, 3e-4, 3e-5, 3e-5]
    private let firstRadius = 3e-3
    private let growth = 2.5

    /// Measurements of a stage: two degrees of trust at each step. There is nothing that a rescaling could make up for.
    private func measurements(steps: Int) -> Int { 2 * steps }

    /// The first stage's point and what follows of it, where the loss rises by 1 as soon as the rank is `surprising` or below.
    private func firstStage(surprising: Int, limit: Double = 30) throws -> (outcome: SearchOutcome, measured: [[Int]]) {
        let network = try ExactNetwork.additive(curvatures)
        network.surprise = { layers, _ in layers[0].rank <= surprising ? 1 : 0 }
        try StagedSearch(network, basis: .plain).walk(from: network.layers, down: Ladder([limit])) { _, _ in false }
        let outcome = try #require(network.outcomes.first)
        return (try #require(outcome), network.measured)
    }

    @Test("As far as the prediction allows, where that holds")
    func holds() throws {
        let (outcome, measured) = try firstStage(surprising: 0)
        #expect(outcome.point.layers.ranks == [4])
        #expect(measured.count == measurements(steps: 1))
        #expect(outcome.region.radius == growth * firstRadius)
    }

    @Test("A quarter as far, where the loss rises beyond what was predicted, until it does not")
    func shrinks() throws {
        let (once, measuredOnce) = try firstStage(surprising: 4)
        #expect(once.point.layers.ranks == [5])
        #expect(measuredOnce == [[4], [4], [5], [5]])
        #expect(once.region.radius == growth * firstRadius / 4)

        let (twice, measuredTwice) = try firstStage(surprising: 5)
        #expect(twice.point.layers.ranks == [6])
        #expect(measuredTwice == [[4], [4], [5], [5], [6], [6]])
        #expect(twice.region.radius == growth * firstRadius / 16)
    }

    @Test("The third step is taken whatever it does, or there would be no end")
    func third() throws {
        let (outcome, measured) = try firstStage(surprising: 7)
        #expect(outcome.point.layers.ranks == [6])
        #expect(measured.count == measurements(steps: 3))
        #expect(outcome.region.radius == firstRadius / 64)
        #expect(outcome.point.step?.measured ?? 0 > 0.9)
    }

    @Test("Never beyond the limit, and at least a smallest step")
    func bounds() throws {
        let (near, _) = try firstStage(surprising: 0, limit: 60)
        #expect(near.point.layers.ranks == [6])
        // Where next to nothing is predicted, each stage goes to 0.8 of the cost: 51.2, 38.4 and 22.4.
        let harmless = try ExactNetwork.additive([1.2e-5, 9.1e-6, 6.6e-6, 4.5e-6, 2.8e-6, 1.5e-6, 6e-7, 1e-7])
        #expect(try harmless.walked(downTo: [15]).map(\.point.layers.ranks) == [[4], [2], [1]])
        // What is left may cost any loss: the smallest step is taken.
        let network = try ExactNetwork.additive([0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])
        let points = try network.walked(downTo: [48])
        #expect(points.map(\.point.layers.ranks) == [[6], [5], [4]])
    }

    @Test("What a step did is measured against the stage before it, not against the original")
    func later() throws {
        let network = try ExactNetwork.additive(curvatures)
        network.surprise = { layers, _ in layers[0].isDense ? 0 : 1 }
        let points = try network.walked(downTo: [48])
        // The first stage is taken at its third step; from there on predictions hold.
        #expect(
            network.outcomes.map { $0?.region.radius } == [1, growth, growth * growth].prefix(points.count).map { $0 * firstRadius / 64 })
        #expect(points.dropFirst().allSatisfy { abs($0.point.step?.measured ?? 1) < 3e-3 && $0.point.comparison.difference > 1 })
    }

    @Test("Without a trust region, one stage a limit")
    func without() throws {
        let network = try ExactNetwork.additive(curvatures)
        network.surprise = { layers, _ in layers[0].isDense ? 0 : 1 }
        let points = try network.walked(downTo: [48, 28, 15], pieces: .without(\.trustRegion))
        #expect(points.map(\.point.layers.ranks) == [[4], [2], [1]])
        #expect(points.map(\.arrives) == [true, true, true])
        #expect(network.measured.count == 3 * measurements(steps: 1))
    }
}
