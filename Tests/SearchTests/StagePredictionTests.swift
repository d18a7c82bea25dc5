import LowRank
import Search
import Testing

@Suite("What stages predict")
struct StagePredictionTests {
    /// Predictions are sums of gates in float32, whose rounding is 6e-8 of a change of about 0.01.
    private let tolerance = 1e-9

    @Test(
        "On a quadratic loss that nothing rescales, each step does exactly what was predicted", arguments: Basis.allCases)
    func exact(basis: Basis) throws {
        let network = try ExactNetwork.arbitrary(seed: 1)
        let points = try network.walked(downTo: [0.5 * network.layers.cost], basis: basis, pieces: .without(\.refit, \.shrinkage))
        #expect(points.count > 2)
        var before = 0.0
        for point in points.map(\.point) {
            let step = try #require(point.step)
            #expect(abs(step.predicted - step.measured) < tolerance)
            #expect(abs(step.measured) > 1e-5)
            // Steps add up to the whole way.
            #expect(abs(before + step.measured - point.comparison.difference) < 1e-12)
            before = point.comparison.difference
        }
    }

    @Test("What a step is said to do is its choice's, before another damping is tried")
    func usualDamping() throws {
        let network = try ExactNetwork.arbitrary(seed: 1)
        let point = try #require(network.walked(downTo: [0.9 * network.layers.cost], pieces: .without(\.trustRegion)).first).point
        let step = try #require(point.step)
        // Of what is kept as well: the best damping does no worse than the usual one.
        #expect(point.pessimisticDifference <= step.measured + step.standardError)
        #expect(step.measured < step.predicted)
    }

    @Test("Each layer's rank has a prediction of its own")
    func layers() throws {
        // Two layers of different samples: components cost 1/2 mean f² by themselves, and first orders are means.
        let network = try ExactNetwork.gated([
            [.init([1, 0]), .init([0, 0], first: [0, 0.0625])],
            [.init([0, 0]), .init([1, 0], first: [0, 0.0625])],
            [.init([0, 0.25]), .init([0, 0], first: [0, 0.0625])],
            [.init([0, 0]), .init([0, 0.125], first: [0, 0.0625])],
        ])
        let points = try network.walked(downTo: [7, 6], pieces: .without(\.trustRegion, \.shrinkage))
        #expect(points.map(\.point.layers.ranks) == [[2, 1], [1, 1]])
        let (first, second) = (points[0].point.layers, points[1].point.layers)
        // 1/2 (1/8)² / 4 is less than 1/16; of the first layer, nothing is removed.
        #expect(first[1].prediction == RankPrediction(firstOrder: -0.0625, curvature: 0.001953125, isInRange: true))
        #expect(first[0].prediction == RankPrediction(firstOrder: 0, curvature: 0, isInRange: true))
        // What the first stage removed is no part of the second one's prediction; a curvature without a first order is out of range.
        #expect(second[1].prediction == RankPrediction(firstOrder: 0, curvature: 0, isInRange: true))
        #expect(second[0].prediction == RankPrediction(firstOrder: 0, curvature: 0.0078125, isInRange: false))
        #expect(second[0].prediction?.change == 0.0078125)
        // The second stage knows the energies of its basis, 1 and 1/4. Of the mean squares 1/4 and 1/64, 17/64 in all, a fifth is the second one's
        // by these. Two components and four samples shrink by a third: 2/3 1/64 + 1/3 17/320 = 9/320.
        let shrunk = try #require(network.walked(downTo: [7, 6], pieces: .without(\.trustRegion)).last).point.layers
        #expect(shrunk.ranks == [1, 1])
        #expect(try abs(#require(shrunk[0].prediction).curvature - 9.0 / 640) < 1e-12)
        #expect(shrunk[0].prediction?.firstOrder == 0)
        // Nothing has energies in the first stage, which begins in no basis.
        #expect(try network.walked(downTo: [7], pieces: .without(\.trustRegion)).first?.point.layers[1].prediction == first[1].prediction)
    }
}
