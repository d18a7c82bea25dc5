import LinearAlgebra
import LowRank
import Search
import Testing

/// Layers of two components each, of which one has to be kept: their ranks cost 3 and 4. What is kept is seen by samples of its own, so
/// that no rescaling helps.
@Suite("Pieces of the joint method that are left out")
struct JointPiecesTests {
    /// Three layers, two of which have to give up a component: the first two do the same to one sample, so that together they cost (a + a)²
    /// / 2; the third does something else, of c² / 2. With c² = 2.25 a² the third and one of the others cost least, 3.25 a² against 4 a²;
    /// without cross terms it would be the first two, 2 a² against 3.25 a².
    ///
    /// - Parameter sign: of what the second layer does on the select samples.
    private func redundant(sign: Double = 1) throws -> ExactNetwork {
        let (a, c) = (0.03125, 0.046875)
        func samples(_ second: Double) -> [[ExactNetwork.Gates]] {
            [
                [.init([1, 0]), .init([0, 0]), .init([0, 0])],
                [.init([0, 0]), .init([1, 0]), .init([0, 0])],
                [.init([0, 0]), .init([0, 0]), .init([1, 0])],
                [.init([0, a]), .init([0, second * a]), .init([0, 0])],
                [.init([0, 0]), .init([0, 0]), .init([0, c])],
            ]
        }
        return try ExactNetwork.gated(samples(1), select: samples(sign))
    }

    /// The ranks of the only stage towards two components less.
    private func ranks(_ network: ExactNetwork, _ pieces: JointPieces) throws -> [Int] {
        let points = try network.walked(downTo: [network.layers.cost - Double(network.layers.count - 1)], pieces: pieces)
        try #require(points.count == 1)
        return points[0].point.layers.ranks
    }

    @Test("Cross terms: layers that do the same are not cut together")
    func crossTerms() throws {
        let with = try ranks(redundant(), .without(\.measuredTrust))
        #expect(with[2] == 1 && with[0] + with[1] == 3)
        #expect(try ranks(redundant(), .without(\.measuredTrust, \.crossTerms)) == [1, 1, 2])
    }

    @Test("Measured trust: the candidate with the better measured loss wins")
    func measuredTrust() throws {
        // Both candidates are measured; by the select samples the prediction is right, or it is wrong: what the two layers do cancels.
        #expect(try ranks(redundant(), JointPieces())[2] == 1)
        #expect(try ranks(redundant(sign: -1), JointPieces()) == [1, 1, 2])
        #expect(try ranks(redundant(sign: -1), .without(\.measuredTrust))[2] == 1)
    }

    @Test("A lucky candidate does not win: losses count a standard error worse than measured", arguments: [(0.002, true), (0.04, false)])
    func pessimism(spread: Double, wins: Bool) throws {
        let network = try redundant()
        // The two candidates' losses rise by 0.02, or by 0.01 and noise, which is large against what the layers do.
        network.surprise = { layers, sample in layers.ranks == [1, 1, 2] ? 0.01 + spread * [1, -1, 0, 1, -1][sample] : 0.02 }
        #expect(try (ranks(network, .without(\.trustRegion)) == [1, 1, 2]) == wins)
    }

    /// Two layers, one of which has to give up a component: the first costs less curvature, the second one lowers the loss to first order.
    private func signed(_ first: [Double]) throws -> ExactNetwork {
        try ExactNetwork.gated([
            [.init([1, 0]), .init([0, 0], first: [0, first[0]])],
            [.init([0, 0]), .init([1, 0], first: [0, first[1]])],
            [.init([0, 0.03125]), .init([0, 0], first: [0, first[2]])],
            [.init([0, 0]), .init([0, 0.046875], first: [0, first[3]])],
        ])
    }

    @Test("First order: a component that raises the loss goes first")
    func firstOrder() throws {
        let network = try signed(Array(repeating: 1 / 1024, count: 4))
        #expect(try ranks(network, .without(\.measuredTrust)) == [2, 1])
        #expect(try ranks(network, .without(\.measuredTrust, \.firstOrder)) == [1, 2])
    }

    @Test("Shrinkage: a first-order change within its standard error counts for nothing")
    func shrinkage() throws {
        // The mean is that of the test before; the standard error is 2 / sqrt(3) of it.
        let network = try signed([3, -1, 3, -1].map { $0 / 1024 })
        #expect(try ranks(network, .without(\.measuredTrust)) == [1, 2])
        #expect(try ranks(network, .without(\.measuredTrust, \.shrinkage)) == [2, 1])
    }

    @Test("The renewed basis: without it, no stage asks for one")
    func renewedBasis() throws {
        let network = try ExactNetwork.arbitrary(seed: 3)
        let points = try network.walked(downTo: [0.8, 0.6].map { $0 * network.layers.cost }, pieces: .without(\.renewedBasis))
        #expect(points.count > 1)
        #expect(!network.questions.contains { if case .basis = $0 { true } else { false } })
    }

    @Test("The refit: without it, a stage measures its candidates alone, and leaves what is kept as it is")
    func refit() throws {
        let network = try ExactNetwork.arbitrary(seed: 3)
        let points = try network.walked(downTo: [0.9 * network.layers.cost], pieces: .without(\.refit, \.trustRegion, \.renewedBasis))
        #expect(network.measured.count == 2)
        // In a basis whose factors beside the weight are identities, a component is a row or a column of the weight, whole or gone.
        for (layer, original) in zip(try #require(points.first).point.layers, network.layers) {
            let pairs = zip(try layer.product.elements, try original.product.elements)
            #expect(pairs.allSatisfy { $0 == $1 || $0 == 0 })
            #expect(pairs.count { $0 == $1 } == layer.rank * max(layer.shape.rows, layer.shape.columns))
        }
    }

    @Test(
        "The refinement, and with it the refit: without them a point stays as it is",
        arguments: [JointPieces.without(\.refit), .without(\.refinement)])
    func refinement(pieces: JointPieces) throws {
        let network = try ExactNetwork.arbitrary(seed: 3)
        let point = try FrontierPoint(layers: network.layers, network.losses(of: network.layers), original: network.original)
        let asked = network.questions.count
        let recipe = MethodRecipe(basis: .plain, allocation: .joint, pieces: pieces)
        #expect(!recipe.refines)
        #expect(try FrontierWalk(network, recipe).refined(point).comparison == point.comparison)
        #expect(network.questions.count == asked)
    }
}
