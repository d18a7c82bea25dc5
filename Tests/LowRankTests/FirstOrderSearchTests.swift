import LowRank
import Testing

/// A made-up network whose true loss change is the sum of the layers' own, known to the test alone.
private struct Landscape {
    let layers = [
        LayerShape(name: "a", groups: 1, rows: 12, columns: 12), LayerShape(name: "b", groups: 2, rows: 8, columns: 24),
        LayerShape(name: "c", groups: 1, rows: 6, columns: 6),
    ]
    /// By layer and rank.
    let truth: [[Double]]

    /// - Parameter gain: what the first removed component of each layer brings, falling off towards harm.
    init(gains: [Double]) {
        truth = zip(layers, gains).map { layer, gain in
            (0...layer.fullRank).map { rank in
                let removed = Double(layer.fullRank - rank)
                return -gain * removed + 0.0002 * removed * removed
            }
        }
    }

    func curves() -> [RankCurve] {
        layers.indices.map { layer in
            // Two samples whose mean is the truth's first-order part, and a Fisher factor that reproduces the square.
            let components = layers[layer].fullRank
            var sensitivities = ComponentSensitivities(componentCount: components)
            let gain = Float(-(truth[layer][components - 1] - 0.0002))
            let first = [Float](repeating: gain, count: components)
            let fisher = [Float](repeating: Float(0.0004).squareRoot(), count: components)
            sensitivities.append(first: first + first, fisher: fisher + fisher, groups: 1)
            return RankCurve(sensitivities)
        }
    }

    func measurement(noise: Double = 1e-6) -> PlanMeasurement {
        PlanMeasurement { plan in
            let change = plan.ranks.indices.reduce(0) { $0 + truth[$1][plan.ranks[$1]] }
            return try PairedComparison(before: [1, 1, 1], after: [1 + change - noise, 1 + change, 1 + change + noise])
        }
    }
}

struct FirstOrderSearchTests {
    @Test func curvesReproduceTheLandscape() {
        let landscape = Landscape(gains: [0.002, 0.003, 0])
        for (curve, truth) in zip(landscape.curves(), landscape.truth) {
            for rank in truth.indices { #expect(abs(curve.predicted(rank: rank) - truth[rank]) < 1e-6) }
        }
    }

    @Test func losslessFindsTheMinimumAndLeavesHarmfulLayersDense() throws {
        let landscape = Landscape(gains: [0.003, 0.002, -0.001])
        var search = FirstOrderSearch(layers: landscape.layers, curves: landscape.curves(), measure: landscape.measurement())
        let outcome = try #require(try search.lossless(limit: nil))
        // The minimum of -g n + 0.0002 n² lies at n = g / 0.0004 removed components: 7.5 and 5 of 12 and 8, layer c only loses.
        #expect([4, 5].contains(outcome.plan.ranks[0]))
        #expect(outcome.plan.ranks[1] == 3)
        #expect(outcome.plan.ranks[2] == 6)
    }

    @Test(arguments: [0.9, 0.7, 0.5, 0.3])
    func losslessKeepsTheLimit(share: Double) throws {
        let landscape = Landscape(gains: [0.002, 0.002, 0.001])
        let dense = RankPlan.dense(landscape.layers).parameters(of: landscape.layers)
        var search = FirstOrderSearch(layers: landscape.layers, curves: landscape.curves(), measure: landscape.measurement())
        let limit = Int(Double(dense) * share)
        let outcome = try #require(try search.lossless(limit: limit))
        #expect(outcome.plan.parameters(of: landscape.layers) <= limit)
    }

    @Test func anImpossibleLimitIsSaid() throws {
        let landscape = Landscape(gains: [0, 0, 0])
        var search = FirstOrderSearch(layers: landscape.layers, curves: landscape.curves(), measure: landscape.measurement())
        #expect(try search.lossless(limit: 10) == nil)
    }

    @Test(arguments: [0.0, 0.01, 0.1])
    func compactIsSmallAndWithinTheTolerance(tolerance: Double) throws {
        let landscape = Landscape(gains: [0.003, 0.002, -0.001])
        var search = FirstOrderSearch(layers: landscape.layers, curves: landscape.curves(), measure: landscape.measurement())
        let outcome = try search.compact(tolerance: tolerance)
        let comparison = try #require(outcome.comparison)
        #expect(comparison.difference <= tolerance)
        #expect(outcome.plan.parameters(of: landscape.layers) < RankPlan.dense(landscape.layers).parameters(of: landscape.layers))
        for (layer, rank) in zip(landscape.layers, outcome.plan.ranks) {
            #expect(rank == layer.fullRank || rank <= layer.largestSavingRank)
        }
    }

    /// The bisection over sizes must also end where sizes differ by single parameters.
    @Test(.timeLimit(.minutes(1))) func compactEndsOnTinyNetworks() throws {
        let layers = [LayerShape(name: "a", groups: 1, rows: 3, columns: 3), LayerShape(name: "b", groups: 1, rows: 2, columns: 3)]
        let curves = layers.map { layer in
            var sensitivities = ComponentSensitivities(componentCount: layer.fullRank)
            let ones = [Float](repeating: 1, count: 2 * layer.fullRank)
            sensitivities.append(first: ones, fisher: ones.map { 0.1 * $0 }, groups: 1)
            return RankCurve(sensitivities)
        }
        for change in [-0.1, 0.1] {
            let measurement = PlanMeasurement { _ in try PairedComparison(before: [1, 1], after: [1 + change, 1 + change]) }
            var search = FirstOrderSearch(layers: layers, curves: curves, measure: measurement)
            _ = try search.compact(tolerance: 0)
        }
    }

    @Test func compactLeavesANetworkAloneThatOnlyLoses() throws {
        let landscape = Landscape(gains: [-0.1, -0.1, -0.1])
        var search = FirstOrderSearch(layers: landscape.layers, curves: landscape.curves(), measure: landscape.measurement())
        let outcome = try search.compact(tolerance: 0)
        #expect(outcome.plan == RankPlan.dense(landscape.layers))
        #expect(outcome.comparison == nil)
    }
}
