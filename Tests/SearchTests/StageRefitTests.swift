import LinearAlgebra
import LowRank
import Search
import Testing

/// A layer of two components that all samples see alike: f is 1 for the first one and 1/4 for the second, which is cut. Kept as it is, the
/// first one leaves a residual of -1/4; the undamped step scales it by 1 + 1/4, which makes up for all. With d = f² and a thousandth of its
/// mean, a damping of w divides that step by 1 + 1.001 w.
@Suite("The refit of a stage")
struct StageRefitTests {
    private let removed = 0.25

    /// The point of rank 1.
    private func point(select: Double? = nil, pieces: JointPieces = JointPieces()) throws -> (point: FrontierPoint, network: ExactNetwork) {
        let network = try ExactNetwork.gated(
            Array(repeating: [.init([1, removed])], count: 4), select: select.map { Array(repeating: [.init([1, $0])], count: 4) })
        return (try #require(network.walked(downTo: [3], pieces: pieces).first).point, network)
    }

    /// The factor by which what is kept was scaled.
    private func scale(_ point: FrontierPoint) throws -> Double { try point.layers[0].product[0, 0] }

    private func damped(_ damping: Double) -> Double { removed / (1 + 1.001 * damping) }

    @Test("Takes the least damping, where that measures best")
    func least() throws {
        let (point, _) = try point()
        // Gates of few bits are exact in float32, so only rounding is left.
        #expect(abs(try scale(point) - (1 + damped(10))) < 1e-12)
        let residual = removed - damped(10)
        #expect(abs(point.comparison.difference - residual * residual / 2) < 1e-12)
        let (plain, _) = try self.point(pieces: .without(\.refit))
        #expect(try scale(plain) == 1)
        #expect(plain.comparison.difference == removed * removed / 2)
    }

    @Test("Takes more, where dampings are measured and the select samples ask for less", arguments: [30.0, 100])
    func more(damping: Double) throws {
        // On the select samples the residual would be gone with a little less than this damping's step.
        let (point, _) = try point(select: 0.95 * damped(damping), pieces: .without(\.leaveOneOut))
        #expect(abs(try scale(point) - (1 + damped(damping))) < 1e-12)
    }

    @Test("Leaves what is kept as it is, where rescaling is measured to do harm", arguments: [true, false])
    func none(isPredicted: Bool) throws {
        let (point, network) = try point(select: -removed, pieces: isPredicted ? JointPieces() : .without(\.leaveOneOut))
        #expect(try scale(point) == 1)
        #expect(point.comparison.difference == removed * removed / 2)
        // Two degrees of trust with one damping, then none or, where they are not predicted, the other two as well.
        #expect(network.measured.count == (isPredicted ? 3 : 5))
    }

    @Test("Leaves what is kept as it is, where samples contradict each other, and does not measure it twice")
    func contradiction() throws {
        let network = try ExactNetwork.gated([1.0, -1, 1, -1].map { [.init([1, $0 * removed])] })
        let point = try #require(network.walked(downTo: [3]).first).point
        #expect(try scale(point) == 1)
        #expect(network.measured.count == 2)
    }

    @Test("Leaves layers alone that keep all components")
    func dense() throws {
        let network = try ExactNetwork.gated(Array(repeating: [.init([1, 0.25]), .init([1, 0.5])], count: 4))
        let layers = try #require(network.walked(downTo: [7]).first).point.layers
        #expect(layers.ranks == [1, 2])
        #expect(try layers[1].product == network.layers[1].product)
        #expect(try layers[0].product[0, 0] > 1)
    }

    @Test("On any quadratic loss that the gates know whole, the refit never does harm", arguments: [UInt64(1), 2, 3])
    func improves(seed: UInt64) throws {
        let network = try ExactNetwork.arbitrary(seed: seed)
        let limit = 0.8 * network.layers.cost
        func losses(_ pieces: JointPieces) throws -> FrontierPoint {
            try #require(network.walked(downTo: [limit], basis: .bothWhitened, pieces: pieces).last).point
        }
        // One stage and one candidate: the ranks are the same.
        let with = try losses(.without(\.trustRegion, \.measuredTrust))
        let without = try losses(.without(\.trustRegion, \.measuredTrust, \.refit))
        #expect(with.layers.ranks == without.layers.ranks)
        #expect(with.pessimisticDifference <= without.pessimisticDifference)
        let measured = try losses(.without(\.trustRegion, \.measuredTrust, \.leaveOneOut))
        #expect(measured.pessimisticDifference < without.pessimisticDifference)
    }
}
