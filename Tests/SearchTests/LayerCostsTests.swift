import LowRank
import Search
import Testing

@Suite("What the ranks of a layer cost")
struct LayerCostsTests {
    private let inf = Double.infinity

    @Test("Two factors: r (M + K), while that is less than M K; rank 0 is never possible")
    func factors() {
        let costs = LayerCosts(LayerShape(name: "layer", rows: 10, columns: 20), storable: [.factors], currency: .parameters)
        #expect(costs.byRank == [inf, 30, 60, 90, 120, 150, 180, inf, inf, inf, 200])
        #expect(costs.dense == 200)
        #expect(costs.cheapestRank == 1)
        #expect(costs.obstacle == nil)
        #expect((1...6).allSatisfy { costs.form(rank: $0) == .factors })
    }

    @Test("Pivoted rows: r (M + K - r), which always saves, and is taken where it is allowed")
    func pivoted() {
        for storable in [[StorageForm.pivoted], [.factors, .pivoted]] {
            let costs = LayerCosts(LayerShape(name: "layer", rows: 4, columns: 6), storable: storable, currency: .parameters)
            #expect(costs.byRank == [inf, 9, 16, 21, 24])
            #expect((1...3).allSatisfy { costs.form(rank: $0) == .pivoted })
            // The dense layer, and ranks that there are not, have no form of their own.
            #expect([0, 4, 5, -1].allSatisfy { costs.form(rank: $0) == .factors })
        }
    }

    @Test("Groups share a rank, and each of them pays for it")
    func groups() {
        let shape = LayerShape(name: "layer", groups: 3, rows: 4, columns: 6)
        #expect(LayerCosts(shape, storable: [.factors], currency: .parameters).byRank == [inf, 30, 60, inf, 72])
        #expect(LayerCosts(shape, storable: [.pivoted], currency: .parameters).byRank == [inf, 27, 48, 63, 72])
    }

    @Test("Tucker's scheme: combinations of input channels, kernels that see these, and the second factor")
    func tucker() {
        // 8 outputs, 4 input channels of 9 places. Of rank r, q = ceil(4 r / 8) combinations: 4 q + r (9 q + 8), while q < 4.
        let shape = LayerShape(name: "layer", rows: 8, columns: 36, scheme: .tucker, channels: 4)
        let costs = LayerCosts(shape, storable: [.factors], currency: .parameters)
        #expect(costs.byRank == [inf, 21, 38, 86, 112, 187, 222, inf, 288])
    }

    @Test("No rank is possible where nothing is saved")
    func savesNothing() {
        let costs = LayerCosts(LayerShape(name: "layer", rows: 2, columns: 2), storable: [.factors], currency: .parameters)
        #expect(costs.byRank == [inf, inf, 4])
        #expect(costs.obstacle == .savesNothing)
        #expect(costs.cheapestRank == 2)
        #expect(LayerCosts(LayerShape(name: "layer", rows: 4, columns: 4), storable: [], currency: .parameters).obstacle == .savesNothing)
    }

    /// A layer of 128 x 128 takes 1 ms; as two factors of ranks 8, 16, 32 and 48 it takes these times.
    private func timed(_ currency: CostCurrency, _ times: [Double]) -> LayerCosts {
        let grid = zip([8, 16, 32, 48], times).map { (rank: $0, time: $1) }
        return LayerCosts(
            LayerShape(name: "layer", rows: 128, columns: 128), storable: [.factors], currency: currency,
            times: LayerTimes(dense: 1, factored: [.factors: grid]))
    }

    @Test("Where a rank must not be slower, it takes at most 0.97 of the time, and fills vectors")
    func notSlower() {
        let costs = timed(.parametersIfNotSlower, [0.5, 0.96, 0.97, 0.971])
        // Below 16 any rank, above it the multiples of 16, of which that of 48 is too slow; 64 saves no parameters.
        let expected = Array(1...16) + [32]
        #expect(costs.byRank.indices.dropLast().filter { costs.byRank[$0].isFinite } == expected)
        #expect(expected.allSatisfy { costs.byRank[$0] == Double(256 * $0) })
        #expect(costs.dense == 16_384)
    }

    @Test("In milliseconds, times between those that were measured lie on straight lines")
    func milliseconds() {
        let costs = timed(.milliseconds, [0.5, 0.75, 0.875, 0.96875])
        #expect(costs.dense == 1)
        // From 8 to 16 by 1/32 a rank; before the first one as that.
        #expect([4, 8, 10, 12, 16, 32, 48].map { costs.byRank[$0] } == [0.5, 0.5, 0.5625, 0.625, 0.75, 0.875, 0.96875])
        #expect([0, 17, 24, 47, 63, 64].allSatisfy { costs.byRank[$0] == inf })
        #expect(costs.obstacle == nil)
    }

    @Test("Of two forms, the smallest is taken, or the fastest")
    func forms() {
        let shape = LayerShape(name: "layer", rows: 32, columns: 32)
        let times = LayerTimes(dense: 1, factored: [.factors: [(8, 0.5)], .pivoted: [(8, 0.75)]])
        func costs(_ currency: CostCurrency) -> LayerCosts {
            LayerCosts(shape, storable: StorageForm.allCases, currency: currency, times: times)
        }
        #expect(costs(.milliseconds).form(rank: 8) == .factors)
        #expect(costs(.milliseconds).byRank[8] == 0.5)
        #expect(costs(.parametersIfNotSlower).form(rank: 8) == .pivoted)
        #expect(costs(.parametersIfNotSlower).byRank[8] == Double(8 * 56))
        // Where the smaller one is slower than the dense layer, the other one is left.
        let slow = LayerTimes(dense: 1, factored: [.factors: [(8, 0.5)], .pivoted: [(8, 0.98)]])
        let left = LayerCosts(shape, storable: StorageForm.allCases, currency: .parametersIfNotSlower, times: slow)
        #expect(left.form(rank: 8) == .factors)
        #expect(left.byRank[8] == Double(8 * 64))
    }

    @Test("In parameters and time, a rank costs both shares of the whole model, and of two forms the cheaper one is taken")
    func balanced() {
        let shape = LayerShape(name: "layer", rows: 32, columns: 32)
        let times = LayerTimes(dense: 1, factored: [.factors: [(8, 0.5)], .pivoted: [(8, 0.75)]])
        func costs(parameters: Double, milliseconds: Double) -> LayerCosts {
            LayerCosts(
                shape, storable: StorageForm.allCases, currency: .parametersAndTime(parameters: parameters, milliseconds: milliseconds),
                times: times)
        }
        // Of 10 ms the quarter of one is more than 64 of 4096 parameters; of 100 ms it is less.
        let slow = costs(parameters: 4096, milliseconds: 10)
        #expect(slow.form(rank: 8) == .factors && slow.byRank[8] == Double(8 * 64) / 4096 + 0.05)
        let small = costs(parameters: 4096, milliseconds: 100)
        #expect(small.form(rank: 8) == .pivoted && small.byRank[8] == Double(8 * 56) / 4096 + 0.0075)
        #expect(slow.dense == 0.25 + 0.1)
    }

    /// A layer of 128 x 128 at 10 positions.
    private func counted(_ storable: [StorageForm] = StorageForm.allCases, dense: Int = 163_840) -> LayerCosts {
        LayerCosts(
            LayerShape(name: "layer", rows: 128, columns: 128), storable: storable, currency: .operations,
            operations: LayerOperations(dense: dense, factored: [.factors: (0...128).map { $0 == 20 ? nil : 2560 * $0 }]))
    }

    @Test("In operations, ranks fill vectors, factors stay plain, and both parameters and operations become fewer")
    func operations() {
        let costs = counted()
        let expected = Array(1...16) + [32, 48]
        #expect(costs.byRank.indices.dropLast().filter { costs.byRank[$0].isFinite } == expected)
        #expect(expected.allSatisfy { costs.byRank[$0] == Double(2560 * $0) && costs.form(rank: $0) == .factors })
        #expect(costs.dense == 163_840 && costs.obstacle == nil)
        // As for a few positions of a strided layer, whose factors see more of them.
        #expect(counted(dense: 30_000).byRank.dropLast().lastIndex { $0.isFinite } == 11)
    }

    @Test("In operations, a layer stays of which they are not known, or never fewer")
    func uncounted() {
        #expect(counted(dense: 0).obstacle == .noFewerOperations)
        #expect(counted([.pivoted]).obstacle == .noFewerOperations)
        let unknown = LayerCosts(LayerShape(name: "layer", rows: 128, columns: 128), storable: [.factors], currency: .operations)
        #expect(unknown.obstacle == .noFewerOperations && unknown.dense == 0)
    }

    @Test("Where time counts, a layer stays that could not be timed, or is never faster")
    func obstacles() {
        let shape = LayerShape(name: "layer", rows: 128, columns: 128)
        for currency in [CostCurrency.parametersIfNotSlower, .milliseconds, .parametersAndTime(parameters: 1, milliseconds: 1)] {
            let untimed = LayerCosts(shape, storable: [.factors], currency: currency)
            #expect(untimed.obstacle == .notTimed)
            #expect(untimed.byRank.dropLast().allSatisfy { $0 == inf })
            #expect(untimed.latency(rank: 8, form: .factors) == nil)
            #expect(timed(currency, [0.98, 0.99, 1, 2]).obstacle == .notFaster)
        }
        #expect(LayerCosts(shape, storable: [.factors], currency: .parametersIfNotSlower).dense == 16_384)
        #expect(LayerCosts(shape, storable: [.factors], currency: .milliseconds).dense == 0)
    }

    @Test("Times before and after are those of the layer by itself")
    func latency() throws {
        let costs = timed(.parametersIfNotSlower, [0.5, 0.75, 0.97, 1.5])
        let factored = try #require(costs.latency(rank: 12, form: .factors))
        #expect(factored.before == 1 && factored.after == 0.625)
        let dense = try #require(costs.latency(rank: 128, form: nil))
        #expect(dense.before == 1 && dense.after == 1)
        // Neither beyond the grid, nor in another form.
        #expect(costs.latency(rank: 49, form: .factors) == nil)
        #expect(costs.latency(rank: 8, form: .pivoted) == nil)
    }
}
