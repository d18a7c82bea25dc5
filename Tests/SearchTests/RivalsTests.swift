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
        try FrontierWalk(network, recipe).run(from: layers, limits: [7]) { point, arrives in
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
}
