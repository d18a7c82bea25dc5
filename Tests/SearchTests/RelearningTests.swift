import LinearAlgebra
import LowRank
import Search
import Testing

@Suite("A point learned again from all samples")
struct RelearningTests {
    private let recipe = MethodRecipe(basis: .plain, allocation: .joint)

    /// The points of a walk that arrive, refined.
    private func points(_ network: ExactNetwork, _ limits: [Double]) throws -> [FrontierPoint] {
        var points: [FrontierPoint] = []
        let walk = FrontierWalk(network, recipe)
        try StagedSearch(network, basis: .plain).walk(from: network.expressed(network.layers, in: .plain), down: Ladder(limits)) {
            point, limit in
            if limit != nil { points.append(try walk.refined(point)) }
            return true
        }
        return points
    }

    private func difference(_ one: [FactoredLayer], _ other: [FactoredLayer]) throws -> Double {
        try zip(one, other).map { try $0.product.adding($1.product, times: -1).elements.map(abs).max() ?? 0 }.max() ?? 0
    }

    @Test(
        "With the same samples it is the same point: every decision is made again, of refinements and of labels as well",
        arguments: [1, 2, 3])
    func same(seed: UInt64) throws {
        let network = try ExactNetwork.arbitrary(seed: seed)
        if seed == 2 { network.tellsAnswers { CandidateLosses($1, divergence: $1) } }
        network.whole = network
        let points = try points(network, [130, 110, 90])
        #expect(points.count == 3 && points.allSatisfy { ($0.path?.count ?? 0) >= 1 })
        var relearning = Relearning(network, recipe, from: network.layers)
        for point in points {
            let relearned = try relearning.relearned(point)
            #expect(relearned.isRelearned && !point.isRelearned)
            #expect(relearned.layers.ranks == point.layers.ranks)
            #expect(try difference(relearned.layers, point.layers) < 1e-5)
            #expect(relearned.comparison == point.comparison && relearned.objective == point.objective)
        }
    }

    @Test("With more samples other layers come of it, at no higher cost, and what the select samples say is from before")
    func more() throws {
        let network = try ExactNetwork.arbitrary(seed: 5)
        network.whole = try ExactNetwork(network.layers, fit: network.fit + network.select, select: network.select)
        let point = try #require(try points(network, [100]).first)
        var relearning = Relearning(network, recipe, from: network.layers)
        let relearned = try relearning.relearned(point)
        #expect(relearned.isRelearned && relearned.layers.cost <= point.cost)
        #expect(try difference(relearned.layers, point.layers) > 1e-5)
        #expect(relearned.comparison == point.comparison)
    }

    @Test("What the select samples find worse, though they were fitted on, is not taken")
    func worse() throws {
        let network = try ExactNetwork.arbitrary(seed: 1)
        network.whole = try ExactNetwork(network.layers, fit: ExactNetwork.arbitrary(seed: 9).fit, select: network.select)
        let point = try #require(try points(network, [100]).first)
        network.surprise = { _, _ in 1 }
        var relearning = Relearning(network, recipe, from: network.layers)
        #expect(try !relearning.relearned(point).isRelearned)
    }

    @Test("A point stays as it is where there are samples enough, where it has no path, and without the piece")
    func stays() throws {
        let network = try ExactNetwork.arbitrary(seed: 1)
        let point = try #require(try points(network, [100]).first)
        var alone = Relearning(network, recipe, from: network.layers)
        #expect(try !alone.relearned(point).isRelearned)
        network.whole = network
        let rival = try FrontierPoint(layers: point.layers, network.losses(of: point.layers), original: network.original)
        var relearning = Relearning(network, recipe, from: network.layers)
        #expect(try !relearning.relearned(rival).isRelearned)
        var without = Relearning(
            network, MethodRecipe(basis: .plain, allocation: .joint, pieces: .without(\.allSamples)), from: network.layers)
        #expect(try !without.relearned(point).isRelearned)
    }

    @Test("The way that two points share is gone once")
    func shared() throws {
        let network = try ExactNetwork.arbitrary(seed: 3)
        let points = try points(network, [130, 110])
        let whole = try ExactNetwork(network.layers, fit: network.fit, select: network.select)
        network.whole = whole
        var relearning = Relearning(network, recipe, from: network.layers)
        _ = try relearning.relearned(points[0])
        let first = whole.moments.count
        _ = try relearning.relearned(points[1])
        let stages = whole.moments.dropFirst(first).compactMap { if case .stage(let number) = $0 { number } else { nil } }
        #expect(stages.first == (points[0].path ?? []).count { if case .cut = $0 { true } else { false } } - 1)
    }
}
