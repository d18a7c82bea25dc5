import LinearAlgebra
import LowRank
import Search
import Testing

/// Two layers of two components, one of which has to give one up: by the gates the second layer, by the energies the first one.
@Suite("Rivals of the joint method")
struct RivalsTests {
    private func network() throws -> ExactNetwork {
        try ExactNetwork.gated(Array(repeating: [.init([1, 1]), .init([1, 0.125])], count: 4))
    }

    /// The ranks of the points that arrive at a limit.
    private func ranks(_ network: ExactNetwork, pieces: JointPieces = .without(\.labels)) throws -> [[Int]] {
        let layers = try zip(network.layers, [[9, 0.01], [9, 4]]).map {
            try $0.replacing(pairs: $0.pairs, channelMetrics: [], energies: $1)
        }
        var arrived: [[Int]] = []
        let recipe = MethodRecipe(basis: .plain, allocation: .joint, pieces: pieces)
        try FrontierWalk(network, recipe).run(from: layers, down: Ladder([7])) { point, arrives in
            if arrives { arrived.append(point.layers.ranks) }
            return true
        }
        return arrived
    }

    @Test("The point of a simpler method is taken where the select samples find it better")
    func better() throws {
        let network = try network()
        network.tellsAnswers { layers, losses in
            CandidateLosses(losses, divergence: losses.map { layers.ranks == [1, 2] ? $0 - 1 : $0 })
        }
        #expect(try ranks(network) == [[1, 2]])
        #expect(try ranks(network, pieces: .without(\.labels, \.rivals)) == [[2, 1]])
    }

    @Test("Where it is worse, the joint method's stays")
    func worse() throws {
        let network = try network()
        network.tellsAnswers { CandidateLosses($1, divergence: $1) }
        #expect(try ranks(network) == [[2, 1]])
        #expect(network.measured.contains([1, 2]))
    }

    @Test("There are none where the search goes by labels")
    func labels() throws {
        let network = try network()
        network.verdict = { layers, losses in CandidateLosses(losses.map { layers.ranks == [1, 2] ? $0 - 1 : $0 }) }
        #expect(try ranks(network) == [[2, 1]])
        #expect(!network.measured.contains([1, 2]))
    }

    @Test(
        "Of few samples, plain singular values are refined before they are compared, where they are near",
        arguments: [(1.5, true, true), (2.5, true, false), (1.5, false, false)])
    func refined(times: Double, areFew: Bool, isRefined: Bool) throws {
        let network = try network()
        network.whole = areFew ? network : nil
        let original = network.original.losses
        // By the energies of the weights themselves both layers are alike, and each gives up a component.
        network.tellsAnswers { layers, losses in
            CandidateLosses(losses, divergence: original.map { $0 + (layers.ranks == [1, 1] ? times : 1) })
        }
        #expect(try ranks(network, pieces: .without(\.labels)) == [[2, 1]])
        #expect(network.moments.contains(.refinement(1)) == isRefined)
        #expect(network.measured.count { $0 == [1, 1] } == (isRefined ? 6 : 1))
    }

    @Test("In doubt they are taken, where there are few samples", arguments: [(true, [1, 1]), (false, [2, 1])])
    func doubt(areFew: Bool, expected: [Int]) throws {
        let network = try network()
        network.whole = areFew ? network : nil
        let original = network.original.losses
        // Better by one in the mean, and by less than two standard errors.
        network.tellsAnswers { layers, losses in
            CandidateLosses(
                losses, divergence: original.enumerated().map { $1 + 8 + (layers.ranks == [1, 1] ? [4, 0, -2, 2][$0] : 0) })
        }
        #expect(try ranks(network, pieces: .without(\.labels)) == [expected])
    }

    @Test("What is far off is not taken in doubt either: few samples may not tell the two apart beyond it")
    func far() throws {
        let network = try network()
        network.whole = network
        let original = network.original.losses
        network.tellsAnswers { layers, losses in
            CandidateLosses(losses, divergence: original.enumerated().map { $1 + 1 + (layers.ranks == [1, 1] ? [9, 0, 0, 0][$0] : 0) })
        }
        #expect(try ranks(network, pieces: .without(\.labels)) == [[2, 1]])
    }

    @Test("What came of singular values can be learned again from more samples")
    func relearned() throws {
        let network = try network()
        let original = network.original.losses
        network.tellsAnswers { layers, losses in
            CandidateLosses(losses, divergence: zip(original, losses).map { $0 + (layers.ranks == [1, 1] ? 0.5 * ($1 - $0) : 1) })
        }
        network.whole = network
        let recipe = MethodRecipe(basis: .plain, allocation: .joint, pieces: .without(\.labels))
        let walk = FrontierWalk(network, recipe)
        var arrived: [FrontierPoint] = []
        try walk.run(from: network.expressed(network.layers, in: .plain), down: Ladder([7])) { point, arrives in
            if arrives { arrived.append(point) }
            return true
        }
        let point = try #require(arrived.first)
        guard case .singularValues = point.path?.first else { return #expect(Bool(false), "the joint method's was taken") }
        var relearning = Relearning(network, recipe, from: network.layers)
        let again = try relearning.relearned(point)
        #expect(again.isRelearned && again.layers.ranks == [1, 1])
        for (one, other) in zip(again.layers, point.layers) {
            #expect(try one.product.adding(other.product, times: -1).elements.allSatisfy { abs($0) < 1e-6 })
        }
    }
}
