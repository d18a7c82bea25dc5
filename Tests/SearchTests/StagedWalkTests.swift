import LowRank
import Search
import Testing

@Suite("The staged walk")
struct StagedWalkTests {
    /// Down to half of the parameters of the layers.
    private func limits(of network: ExactNetwork) -> [Double] {
        let dense = network.layers.cost
        return [0.9, 0.8, 0.65, 0.5].map { $0 * dense }
    }

    @Test("Costs fall from point to point, and each limit is reached", arguments: [Basis.plain, .bothWhitened], [UInt64(1), 2])
    func limits(basis: Basis, seed: UInt64) throws {
        let network = try ExactNetwork.arbitrary(seed: seed)
        let limits = limits(of: network)
        let points = try network.walked(downTo: limits, basis: basis)
        let costs = [network.layers.cost] + points.map(\.point.cost)
        for (before, after) in zip(costs, costs.dropFirst()) { #expect(after < before) }
        // A stage may pass several limits at once.
        var ahead = limits
        for (point, arrives) in points {
            #expect(arrives == (point.cost <= ahead.first ?? 0))
            ahead.removeAll { $0 >= point.cost }
        }
        #expect(ahead.isEmpty)
    }

    @Test("A limit that a stage has passed already is not visited again")
    func passed() throws {
        // Below rank 3 of 4 nothing matters less than what is left: the price leads from cost 16 to 12 at once.
        let network = try ExactNetwork.additive([0.1, 0.1, 0.1, 0])
        let points = try network.walked(downTo: [15.5, 15.2, 15])
        #expect(points.map(\.point.layers.ranks) == [[3]])
        #expect(points.map(\.arrives) == [true])
    }

    @Test("What no sample sees is cut away, and the losses stay as they are")
    func irrelevant() throws {
        var numbers = CongruentialNumbers(state: 5)
        let relevant = [3, 5]
        let network = try ExactNetwork.gated(
            (0..<30).map { _ in
                relevant.map { rank in
                    let seen = numbers.next(rank).map { 0.5 + $0 / 4 }
                    return .init(seen + Array(repeating: 0, count: 8 - rank))
                }
            })
        let limit = Double([3, 5].reduce(0) { $0 + $1 * (16 - $1) })
        let points = try network.walked(downTo: [limit], basis: .plain)
        let last = try #require(points.last)
        #expect(last.point.layers.ranks == relevant)
        #expect(last.arrives && last.point.cost == limit)
        // Products by a factor of exactly 1, or an orthogonal basis: the residual is rounding, and the loss goes by its square.
        #expect(points.allSatisfy { abs($0.point.comparison.difference) < 1e-20 })
        // One component less anywhere is not for nothing.
        let less = try network.walked(downTo: [limit - 1]).last
        #expect(try #require(less).point.comparison.difference > 1e-3)
    }

    @Test("It ends where the visitor says so, and asks nothing more")
    func ended() throws {
        let network = try ExactNetwork.arbitrary(seed: 4)
        var visits = 0
        try StagedSearch(network, basis: .plain).walk(from: network.layers, down: Ladder(limits(of: network))) { _, _ in
            visits += 1
            return visits < 3
        }
        #expect(visits == 3)
        #expect(network.moments == [.stage(0), .stage(1), .stage(2)])
    }

    @Test("It ends where costs cannot fall any further")
    func unreachable() throws {
        let network = try ExactNetwork.additive([0.04, 0.03, 0.02, 0.01])
        // Rank 1 of 4 costs 7; there is no rank 0.
        for pieces in [JointPieces(), .without(\.trustRegion)] {
            let points = try network.walked(downTo: [12, 7, 6, 3], pieces: pieces)
            #expect(points.filter(\.arrives).map(\.point.layers.ranks) == [[2], [1]])
            #expect(points.last?.arrives == true)
            #expect(try network.walked(downTo: [6], pieces: pieces).allSatisfy { !$0.arrives })
        }
    }

    @Test("Each stage but the first begins in a new basis, and draws gates of its own")
    func stages() throws {
        let network = try ExactNetwork.arbitrary(seed: 6)
        let points = try network.walked(downTo: limits(of: network), basis: .inputWhitened)
        #expect(points.count > 2)
        #expect(network.moments == points.indices.map { .stage($0) })
        let bases = network.questions.filter { if case .basis = $0 { true } else { false } }
        #expect(bases == points.dropLast().map { .basis($0.point.layers.ranks) })
    }
}
