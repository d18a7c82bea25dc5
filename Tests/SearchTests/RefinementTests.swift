import LinearAlgebra
import LowRank
import Search
import Testing

/// A layer of two components that all samples see alike (see `StageRefitTests`): f is 1 for the one that is kept and 1/4 for the one that
/// is not. By a damping of 10, each round leaves 10.01 / 11.01 of the residual.
@Suite("The refinement")
struct RefinementTests {
    private let removed = 0.25
    private let rest = 10.01 / 11.01
    /// The gates are float32, and so is what is lost in each round.
    private let tolerance = 1e-7

    private func network(select: Double? = nil, count: Int = 4) throws -> ExactNetwork {
        try ExactNetwork.gated(
            Array(repeating: [.init([1, removed])], count: count), select: select.map { Array(repeating: [.init([1, $0])], count: count) })
    }

    /// The component kept as it is.
    private func point(_ network: ExactNetwork) throws -> FrontierPoint {
        let layers = try network.layers.keeping([[0]])
        return try FrontierPoint(layers: layers, network.losses(of: layers), original: network.original)
    }

    private func refined(_ point: FrontierPoint, _ network: ExactNetwork) throws -> FrontierPoint {
        try Refinement(network, basis: .plain).refined(point)
    }

    private func residual(rounds: Int) -> Double { (0..<rounds).reduce(removed) { residual, _ in residual * rest } }

    @Test("Goes on as long as the loss falls, for eight rounds")
    func rounds() throws {
        let network = try network()
        let refined = try refined(point(network), network)
        #expect(network.moments == (1...8).map { .refinement($0) })
        #expect(refined.layers.ranks == [1])
        #expect(abs(try refined.layers[0].product[0, 0] - (1 + removed - residual(rounds: 8))) < tolerance)
        #expect(abs(refined.comparison.difference - residual(rounds: 8) * residual(rounds: 8) / 2) < tolerance)
    }

    @Test("Stops after the round that is not confirmed, and keeps what was")
    func stops() throws {
        // The select samples would have what one round gives.
        let network = try network(select: 0.99 * (removed - residual(rounds: 1)))
        let refined = try refined(point(network), network)
        #expect(network.moments == [.refinement(1), .refinement(2)])
        #expect(abs(try refined.layers[0].product[0, 0] - (1 + removed - residual(rounds: 1))) < tolerance)
    }

    @Test("A fall of the loss counts by two standard errors", arguments: [(0.45, true), (0.55, false)])
    func margin(share: Double, isConfirmed: Bool) throws {
        let network = try network()
        let point = try point(network)
        // Of n differences half a step above and half below, the standard error is step / sqrt(n - 1).
        let fall = (residual(rounds: 0) * residual(rounds: 0) - residual(rounds: 1) * residual(rounds: 1)) / 2
        let step = share * fall * 3.0.squareRoot()
        network.surprise = { layers, sample in
            try abs(layers[0].product[0, 0] - 1) < 1e-12 ? 0 : sample % 2 == 0 ? step : -step
        }
        let refined = try refined(point, network)
        #expect(network.moments.count == (isConfirmed ? 8 : 1))
        #expect((refined.comparison != point.comparison) == isConfirmed)
    }

    @Test("A point of dense layers stays as it is, without a question")
    func dense() throws {
        let network = try ExactNetwork.arbitrary(seed: 1)
        let point = try FrontierPoint.unchanged(network.layers, network.original)
        let refined = try refined(point, network)
        #expect(refined.comparison == point.comparison)
        #expect(network.questions == [])
    }

    @Test(
        "Ranks and dense layers stay as they are; the loss falls, and the step to the point is the one it had",
        arguments: [Basis.plain, .inputWhitened])
    func mixed(basis: Basis) throws {
        let network = try ExactNetwork.arbitrary(seed: 2)
        let layers = try network.expressed(network.layers, in: basis).keeping([[0, 1, 2], [0, 1, 2, 3], Array(0..<5)])
        let comparison = try network.comparison(of: layers)
        let step = FrontierPoint.Step(predicted: 0.5, comparison)
        let point = try FrontierPoint(layers: layers, network.losses(of: layers), original: network.original, step: step)
        let refined = try Refinement(network, basis: basis).refined(point)
        #expect(refined.layers.ranks == [3, 4, 5])
        #expect(refined.cost == point.cost)
        #expect(refined.comparison.difference < point.comparison.difference)
        #expect(refined.step == point.step)
        // The dense one is in another basis, which is another product of the same map.
        let change = try refined.layers[2].product.adding(network.layers[2].product, times: -1).frobeniusNorm
        #expect(change < 1e-12)
    }
}
