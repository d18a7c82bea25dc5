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

    @Test(
        "A fall counts by three standard errors by the labels, and by two by the original's answers",
        arguments: [
            (SearchTarget.labels, 0.3, true), (.labels, 0.36, false), (.originalAnswers, 0.45, true), (.originalAnswers, 0.55, false),
        ])
    func margin(target: SearchTarget, share: Double, isConfirmed: Bool) throws {
        let network = try network()
        if target == .originalAnswers { network.tellsAnswers { CandidateLosses($1, divergence: $1) } }
        let layers = try network.layers.keeping([[0]])
        let point = try FrontierPoint(layers: layers, network.losses(of: layers), original: network.original, target: target)
        // Of n differences half a step above and half below, the standard error is step / sqrt(n - 1).
        let fall = (residual(rounds: 0) * residual(rounds: 0) - residual(rounds: 1) * residual(rounds: 1)) / 2
        let step = share * fall * 3.0.squareRoot()
        network.surprise = { layers, sample in
            try abs(layers[0].product[0, 0] - 1) < 1e-12 ? 0 : sample % 2 == 0 ? step : -step
        }
        let refined = try Refinement(network, basis: .plain, pieces: .without(\.labels)).refined(point)
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
        network.tellsAnswers { CandidateLosses($1, divergence: $1) }
        let layers = try network.expressed(network.layers, in: basis).keeping([[0, 1, 2], [0, 1, 2, 3], Array(0..<5)])
        let comparison = try network.comparison(of: layers)
        let step = FrontierPoint.Step(predicted: 0.5, comparison)
        let point = try FrontierPoint(
            layers: layers, network.losses(of: layers), original: network.original, target: .originalAnswers, step: step)
        let refined = try Refinement(network, basis: basis).refined(point)
        #expect(refined.layers.ranks == [3, 4, 5])
        #expect(refined.cost == point.cost)
        #expect(refined.comparison.difference < point.comparison.difference)
        #expect(refined.step == point.step)
        // The dense one is in another basis, which is another product of the same map.
        let change = try refined.layers[2].product.adding(network.layers[2].product, times: -1).frobeniusNorm
        #expect(change < 1e-12)
    }

    // MARK: What confirms a round

    /// The factor by which what is kept was scaled.
    private func scale(_ layers: [FactoredLayer]) throws -> Double { try layers[0].product[0, 0] }

    private func isScaled(_ layers: [FactoredLayer]) throws -> Bool { try abs(scale(layers) - 1) > 1e-12 }

    /// Whether the first round is confirmed, where the select samples say this of layers and their losses.
    private func confirms(_ verdict: @escaping ([FactoredLayer], [Double]) throws -> CandidateLosses) throws -> Bool {
        let network = try network()
        network.verdict = verdict
        let point = try point(network)
        let refined = try refined(point, network)
        let isConfirmed = try isScaled(refined.layers)
        if !isConfirmed {
            #expect(network.moments == [.refinement(1)])
            #expect(refined.comparison == point.comparison && refined.objective == point.objective)
        }
        return isConfirmed
    }

    @Test("A round whose loss falls is refused where the calibrated loss does not", arguments: [(-1e-6, true), (0, false), (1e-6, false)])
    func calibrated(change: Double, isConfirmed: Bool) throws {
        // Eight rounds lower the loss and the objective, as the first test shows.
        let found = try confirms { layers, losses in
            let calibrated = 2 + (try isScaled(layers) ? change : 0)
            return CandidateLosses(losses, divergence: losses, calibrated: losses.map { _ in calibrated }, hits: [])
        }
        #expect(found == isConfirmed)
    }

    @Test("A round is confirmed where only the calibrated loss falls")
    func onlyCalibrated() throws {
        let found = try confirms { layers, losses in
            let others = try losses.map { try isScaled(layers) ? $0 + 1 : $0 }
            return CandidateLosses(others, divergence: others, calibrated: losses, hits: [])
        }
        #expect(found)
    }

    @Test(
        "A round is refused after which fewer answers are right, or may be",
        arguments: [
            // Of 400 samples with one answer: as before; 12 mended; 1 broken; 30 broken and 30 mended.
            ([0, 0, 400], false), ([0, 0, 1000], true), ([0, 12, 400], true), ([1, 0, 400], false), ([30, 30, 400], false),
            // As many of more samples show it, and too many broken ones are refused.
            ([30, 30, 40_000], true), ([60, 30, 40_000], false), ([0, 0, 40], false),
        ])
    func hits(counts: [Int], isConfirmed: Bool) throws {
        let (broken, mended, samples) = (counts[0], counts[1], counts[2])
        let found = try confirms { layers, losses in
            let after = try isScaled(layers)
            let hits = (0..<samples).map { $0 < broken ? (after ? 0 : 1) : $0 < broken + mended ? (after ? 1 : 0) : 0.0 }
            return CandidateLosses(losses, divergence: losses, calibrated: losses, hits: hits)
        }
        #expect(found == isConfirmed)
    }

    @Test(
        "Of samples with several answers, it is their spread that tells",
        arguments: [
            ([0, 0, 0, 0], false), ([0.01, -0.01, 0.01, -0.01], false), ([0.02, 0.01, 0.01, 0.02], true),
            ([-0.02, -0.01, -0.01, -0.02], false),
        ])
    func shares(rises: [Double], isConfirmed: Bool) throws {
        let found = try confirms { layers, losses in
            let rises = try isScaled(layers) ? rises : [0, 0, 0, 0]
            return CandidateLosses(losses, divergence: losses, calibrated: losses, hits: rises.map { 0.5 + $0 })
        }
        #expect(found == isConfirmed)
    }

    @Test("Of several dampings, the one with the least calibrated loss is taken", arguments: [10.0, 30, 100])
    func damping(_ damping: Double) throws {
        let network = try network()
        let step = removed / (1 + 1.001 * damping)
        // The calibrated loss is least just before what this damping does; the loss and the objective fall further with the least damping.
        network.verdict = { layers, losses in
            let distance = try scale(layers) - (1 + 0.95 * step)
            return CandidateLosses(losses, divergence: losses, calibrated: losses.map { _ in 1 + distance * distance }, hits: [])
        }
        let refined = try refined(point(network), network)
        #expect(network.moments == [.refinement(1), .refinement(2)])
        #expect(abs(try scale(refined.layers) - (1 + step)) < tolerance)
    }

    @Test("Rounds towards the original's answers come first, and then those towards the labels")
    func targets() throws {
        let network = try network()
        network.tellsAnswers { layers, losses in
            CandidateLosses(losses, divergence: losses, calibrated: losses.map { _ in 2 })
        }
        let layers = try network.layers.keeping([[0]])
        let point = try FrontierPoint(
            layers: layers, network.losses(of: layers), original: network.original, target: .originalAnswers)
        let refined = try Refinement(network, basis: .plain).refined(point)
        #expect(network.moments == (1...9).map { .refinement($0) })
        #expect(network.targets == Array(repeating: .originalAnswers, count: 8) + [.labels])
        // What is not confirmed leaves no trace.
        #expect(refined.target == .originalAnswers)
        #expect(abs(try scale(refined.layers) - (1 + removed - residual(rounds: 8))) < tolerance)
    }
}
