import LowRank
import Search
import Testing

@Suite("Stops of a walk")
struct LadderTests {
    /// Ranks that the uniform method passes on the way, of a network of ranks 8 down to 1, which cost 64, 63, 60, 55, 48, 39, 28 and 15.
    private func ranks(_ ladder: Ladder) throws -> [Int] {
        let network = try TableNetwork([0, 0, 0, 0])
        var ranks: [Int] = []
        try OneShotSearch(network, .uniform, layers: [network.layer]).walk(down: ladder) { point, _ in
            ranks.append(point.layers[0].rank)
            return true
        }
        return ranks
    }

    @Test("Listed ones below the cost are passed, and none twice")
    func listed() throws {
        #expect(try ranks(Ladder([70, 64, 50, 49, 40, 28])) == [4, 3, 2])
        #expect(try ranks(Ladder([])) == [])
        // Below the lowest cost there is nothing.
        #expect(try ranks(Ladder([28, 14, 13])) == [2])
    }

    @Test("The walk ends when nothing more is wanted, and goes no further than it must on the way")
    func wanted() throws {
        let listed = [50.0, 30, 15]
        #expect(try ranks(Ladder(listed) { $0[0].rank <= 3 ? .nothing : .less }) == [4, 2])
        #expect(try ranks(Ladder(listed) { $0[0].rank <= 3 ? .nothing : .cost(40) }) == [4, 3])
        // A cost that is no lower than what the layers have is taken for a little less than that.
        #expect(try ranks(Ladder(listed) { $0[0].rank == 8 ? .less : $0[0].rank <= 3 ? .nothing : .cost(100) }) == [4, 3])
        #expect(try ranks(Ladder(listed) { _ in .nothing }) == [])
    }
}
