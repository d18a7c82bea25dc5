import LowRank
import Search
import Testing

@Suite("Searches that go on where others were interrupted")
struct ResumedSearchTests {
    private let basis = Basis.inputWhitened

    private func network() throws -> ExactNetwork { try ExactNetwork.arbitrary(seed: 7) }

    private func walk(_ network: ExactNetwork) throws -> [FrontierPoint] {
        try network.walked(downTo: [0.8, 0.6, 0.45].map { $0 * network.layers.cost }, basis: basis).map(\.point)
    }

    /// Whether points are the same to the last bit.
    private func expectSame(_ points: [FrontierPoint], _ others: [FrontierPoint]) throws {
        #expect(points.map(\.comparison) == others.map(\.comparison))
        #expect(points.map(\.step) == others.map(\.step))
        #expect(points.map(\.layers.ranks) == others.map(\.layers.ranks))
        #expect(try points.map { try $0.layers.map { try $0.product } } == others.map { try $0.layers.map { try $0.product } })
    }

    @Test("A walk whose stages are all remembered is the same, and asks nothing of the network")
    func whole() throws {
        let (first, second) = (try network(), try network())
        let points = try walk(first)
        second.remembered = first.outcomes
        try expectSame(try walk(second), points)
        #expect(second.questions == [])
    }

    @Test("A walk whose first stages are remembered is the same, and asks what the others ask", arguments: [1, 3])
    func part(count: Int) throws {
        let (first, second) = (try network(), try network())
        let points = try walk(first)
        try #require(points.count > count)
        second.remembered = Array(first.outcomes.prefix(count))
        try expectSame(try walk(second), points)
        #expect(second.questions == Array(first.questions.suffix(second.questions.count)))
        // Counted on from the stage that the first one had come to.
        #expect(second.moments == (count..<points.count).map { .stage($0) })
    }

    @Test("That nothing was found is remembered as well")
    func nothing() throws {
        let second = try network()
        second.remembered = [nil]
        #expect(try walk(second).isEmpty)
        #expect(second.questions == [])
    }

    @Test("A refinement goes on after its remembered rounds")
    func refinement() throws {
        // All eight rounds of it go through (see `RefinementTests`).
        func network() throws -> ExactNetwork { try ExactNetwork.gated(Array(repeating: [.init([1, 0.25])], count: 4)) }
        let (first, second) = (try network(), try network())
        let layers = try first.layers.keeping([[0]])
        let point = try FrontierPoint(layers: layers, network().losses(of: layers), original: first.original)
        let refined = try Refinement(first, basis: .plain).refined(point)
        #expect(first.outcomes.count == 8)
        second.remembered = Array(first.outcomes.prefix(3))
        try expectSame([try Refinement(second, basis: .plain).refined(point)], [refined])
        // The starting point is measured again; then come the rounds that are not remembered.
        #expect(second.moments == (4...8).map { .refinement($0) })
        #expect(second.questions.first == .losses([1]))
        #expect(Array(second.questions.dropFirst()) == Array(first.questions.suffix(second.questions.count - 1)))
    }
}
