import LinearAlgebra
import LowRank
import Search
import Testing

/// Layers of two components, whose ranks cost 3 and 4, in several methods that decide once.
@Suite("Methods that decide once")
struct OneShotSearchTests {
    /// The points at limits, of a network whose layers have these energies.
    private func points(
        _ network: ExactNetwork, _ allocation: MethodRecipe.Allocation, energies: [[Double]] = [], limits: [Double]
    ) throws -> [FrontierPoint] {
        let layers =
            try energies.isEmpty
            ? network.layers
            : zip(network.layers, energies).map { try $0.replacing(pairs: $0.pairs, channelMetrics: [], energies: $1) }
        var points: [FrontierPoint] = []
        let recipe = MethodRecipe(basis: .plain, allocation: allocation)
        try FrontierWalk(network, recipe).run(from: layers, down: Ladder(limits)) { point, arrives in
            #expect(arrives)
            points.append(point)
            return true
        }
        return points
    }

    /// A network whose components' first-order and Fisher derivatives are the same in both samples, by layer.
    private func alike(first: [[Double]], fisher: [[Double]]) throws -> ExactNetwork {
        let sample = zip(first, fisher).map { ExactNetwork.Gates($1, first: $0) }
        return try ExactNetwork.gated([sample, sample])
    }

    @Test("By energy the smallest goes, by normalised energy the smallest share of a layer's")
    func energies() throws {
        let network = try alike(first: [[0, 0], [0, 0]], fisher: [[1, 1], [1, 1]])
        // 0.04 is less than 1, but 0.04 / 0.13 is more than 1 / 10.
        let energies = [[9, 1], [0.09, 0.04]]
        #expect(try points(network, .energy, energies: energies, limits: [7, 6]).map(\.layers.ranks) == [[2, 1], [1, 1]])
        #expect(try points(network, .normalisedEnergy, energies: energies, limits: [7, 6]).map(\.layers.ranks) == [[1, 2], [1, 1]])
    }

    @Test("The uniform method keeps the same share of all layers")
    func uniform() throws {
        // Ranks of a 4 x 4 layer cost 7, 12, 15 and 16; of an 8 x 8 one 15, 28, 39, 48, 55, 60, 63 and 64.
        let network = try alike(
            first: [[0, 0, 0, 0], Array(repeating: 0, count: 8)], fisher: [[1, 1, 1, 1], Array(repeating: 1, count: 8)])
        // At 3/4 and a little more of each: 12 and 48; at 0.48: 7 and 28, with 35 in all.
        let points = try points(network, .uniform, limits: [0.76 * 80, 0.48 * 80])
        #expect(points.map(\.layers.ranks) == [[2, 4], [1, 2]])
        #expect(points.allSatisfy { $0.step == nil && $0.layers.allSatisfy { $0.prediction == nil } })
        #expect(network.moments == [])
    }

    @Test("The zero-sum method keeps the running sum of first-order changes near zero")
    func zeroSum() throws {
        // Removing a component changes the loss by -c. The third's 0.25 is the nearest to zero; then -0.5 leads to -0.25, and 0.375 to
        // 0.625.
        let network = try alike(first: [[0, -0.375], [0, 0.5], [0, -0.25]], fisher: [[1, 1], [1, 1], [1, 1]])
        let points = try points(network, .zeroSum, limits: [11, 10, 9])
        #expect(points.map(\.layers.ranks) == [[2, 2, 1], [2, 1, 1], [1, 1, 1]])
        #expect(network.moments == [.stage(0)])
    }

    @Test("The zero-sum method cuts by singular value, the first-order method by curvature")
    func orders() throws {
        // The second component matters more.
        let network = try alike(first: [[0, 0]], fisher: [[0.125, 0.25]])
        let zeroSum = try #require(points(network, .zeroSum, limits: [3]).first).layers[0].product
        #expect(zeroSum.elements == [1, 0, 0, 0])
        let firstOrder = try #require(points(network, .firstOrder, limits: [3]).first).layers[0].product
        #expect(firstOrder.elements == [0, 0, 0, 0.5])
    }

    @Test("The first-order method counts both terms in range, and the curvature alone beyond it")
    func firstOrder() throws {
        // Curvatures: 1/512, 1/128 and 1/8. With first orders of -1/256 and -1/64, the second is better by 1/128 in all. That of the third
        // would be better by far, and is not believed: its curvature is more than 0.03.
        let network = try alike(
            first: [[0, 0.00390625], [0, 0.015625], [0, 0.5]], fisher: [[1, 0.0625], [1, 0.125], [1, 0.5]])
        let points = try points(network, .firstOrder, limits: [11, 9])
        // A fall of the loss costs nothing: both go at once.
        #expect(points.map(\.layers.ranks) == [[1, 1, 2], [1, 1, 1]])
        let last = try #require(points.last)
        #expect(last.layers.map { $0.prediction?.isInRange } == [true, true, false])
        #expect(last.layers.map { $0.prediction?.change } == [-0.001953125, -0.0078125, -0.375])
        // Predictions of layers are added up without what they do to each other: 1/2 (f + g + h)² is more than the three squares.
        #expect(last.step?.predicted == -0.384765625)
        #expect(last.step?.measured == -0.51953125 + 0.6875 * 0.6875 / 2)
        #expect(last.comparison.difference == last.step?.measured)
    }

    @Test("Points that are the same are visited once, and a limit that cannot be reached ends the walk")
    func limits() throws {
        let network = try alike(first: [[0, 0]], fisher: [[1, 0.5]])
        for allocation in [MethodRecipe.Allocation.uniform, .zeroSum, .firstOrder] {
            #expect(try points(network, allocation, limits: [3.5, 3.2, 3, 2.5]).map(\.layers.ranks) == [[1]])
            #expect(try points(network, allocation, limits: [2.5]).isEmpty)
        }
    }

    @Test("The walk ends where the visitor says so")
    func ended() throws {
        let network = try ExactNetwork.additive([0.4, 0.3, 0.02, 0.001])
        var visits = 0
        try OneShotSearch(network, .firstOrder, layers: network.layers).walk(down: Ladder([15, 12, 7])) { _, _ in
            visits += 1
            return visits < 2
        }
        #expect(visits == 2)
        #expect(network.measured == [[3], [2]])
    }

    @Test("Gates are collected by the methods that choose by them")
    func gates() {
        let needing: [MethodRecipe.Allocation] = [.zeroSum, .firstOrder]
        for allocation in [MethodRecipe.Allocation.uniform, .normalisedEnergy, .energy, .zeroSum, .firstOrder, .joint] {
            let recipe = MethodRecipe(basis: .plain, allocation: allocation)
            #expect(recipe.needsGates == needing.contains(allocation))
            #expect(recipe.refines == (allocation == .joint))
        }
    }
}
