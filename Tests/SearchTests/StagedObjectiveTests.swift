import LinearAlgebra
import LowRank
import Search
import Testing

/// Networks whose objective and whose loss by the labels disagree.
@Suite("What the staged search goes by")
struct StagedObjectiveTests {
    private enum Kind: CaseIterable {
        case objective
        case losses
        case calibrated
    }

    /// The losses, one kind of which is higher.
    private func raised(_ kind: Kind, _ losses: [Double], by rise: Double) -> CandidateLosses {
        func values(_ other: Kind) -> [Double] { other == kind ? losses.map { $0 + rise } : losses }
        return CandidateLosses(values(.losses), divergence: values(.objective), calibrated: values(.calibrated), hits: [])
    }

    /// The layer of `StageStepTests`: rank 4 is as far as the first stage may go, and the prediction for it is small.
    @Test("The trust region holds the objective against the prediction, and no other loss", arguments: Kind.allCases)
    private func trustRegion(kind: Kind) throws {
        let network = try ExactNetwork.additive([0.3, 0.15, 0.06, 0.03, 1.2e-3, 3e-4, 3e-5, 3e-5])
        network.tellsAnswers { layers, losses in self.raised(kind, losses, by: layers[0].rank <= 4 ? 1 : 0) }
        try StagedSearch(network, basis: .plain, pieces: .without(\.labels)).walk(from: network.layers, down: Ladder([30])) { _, _ in false
        }
        let first = try #require(network.outcomes.first)
        let outcome = try #require(first)
        #expect(outcome.point.layers.ranks == (kind == .objective ? [5] : [4]))
        #expect(outcome.region.radius == (kind == .objective ? 0.25 : 1) * 7.5e-3)
        #expect(outcome.losses == (try network.losses(of: outcome.point.layers)))
    }

    /// The layer of `StageRefitTests`: by the labels the least damping is best, by the objective another one, or none.
    @Test("The choice among dampings that are measured goes by the objective", arguments: [nil, 100, 30, 10.0])
    func dampings(damping: Double?) throws {
        let network = try ExactNetwork.gated(Array(repeating: [.init([1, 0.25])], count: 4))
        let step = damping.map { 0.25 / (1 + 1.001 * $0) } ?? 0
        network.tellsAnswers { layers, losses in
            let distance = try layers[0].product[0, 0] - (1 + 0.95 * step)
            return CandidateLosses(losses, divergence: losses.map { _ in 1 + distance * distance }, calibrated: losses, hits: [])
        }
        let point = try #require(network.walked(downTo: [3], pieces: .without(\.labels, \.leaveOneOut)).first).point
        #expect(abs(try point.layers[0].product[0, 0] - (1 + step)) < 1e-12)
    }

    /// Three layers of two components, two of which have to give one up. By the labels, and by the prediction, the first two are not to go
    /// together, as they do the same (see `JointPiecesTests`).
    @Test("The choice among degrees of trust goes by the objective", arguments: Kind.allCases)
    private func trusts(kind: Kind) throws {
        let (a, c) = (0.03125, 0.046875)
        let network = try ExactNetwork.gated([
            [.init([1, 0]), .init([0, 0]), .init([0, 0])],
            [.init([0, 0]), .init([1, 0]), .init([0, 0])],
            [.init([0, 0]), .init([0, 0]), .init([1, 0])],
            [.init([0, a]), .init([0, a]), .init([0, 0])],
            [.init([0, 0]), .init([0, 0]), .init([0, c])],
        ])
        network.tellsAnswers { layers, losses in self.raised(kind, losses, by: layers.ranks == [1, 1, 2] ? -0.01 : 0) }
        let point = try #require(network.walked(downTo: [10], pieces: .without(\.labels)).first).point
        #expect((point.layers.ranks == [1, 1, 2]) == (kind == .objective))
    }

    @Test("A point knows both, and its step is the objective's, against the stage before")
    func points() throws {
        let network = try ExactNetwork.arbitrary(seed: 1)
        // Half of what the labels say.
        let original = network.original.losses
        network.tellsAnswers { _, losses in
            let objective = zip(losses, original).map { $1 + ($0 - $1) / 2 }
            return CandidateLosses(losses, divergence: objective, calibrated: losses, hits: [])
        }
        let points = try network.walked(downTo: [0.6 * network.layers.cost], pieces: .without(\.refit)).map(\.point)
        #expect(points.count > 2)
        var before = 0.0
        for point in points {
            #expect(abs(point.objective.difference - point.comparison.difference / 2) < 1e-12)
            #expect(abs(point.objective.standardError - point.comparison.standardError / 2) < 1e-12)
            #expect(point.pessimisticDifference == point.objective.difference + point.objective.standardError)
            #expect(abs(try #require(point.step).measured - (point.objective.difference - before)) < 1e-12)
            before = point.objective.difference
        }
    }

    @Test("The verdict's margin is that of the labels")
    func margin() throws {
        let (low, high) = ([0.5, 0.75, 0.5, 0.75], [1.5, 1.25, 1.5, 1.25])
        let original = CandidateLosses([1, 1, 1, 1], divergence: [1, 1, 1, 1])
        let better = try FrontierPoint(
            layers: [], CandidateLosses(low, divergence: high), original: original, target: .originalAnswers)
        let worse = try FrontierPoint(
            layers: [], CandidateLosses(high, divergence: low), original: original, target: .originalAnswers)
        let acceptance = Acceptance(Limits(lossRise: 0))
        #expect(acceptance.margin(better) > 0 && better.pessimisticDifference > 0)
        #expect(acceptance.margin(worse) < 0 && worse.pessimisticDifference < 0)
    }

    // MARK: The labels

    /// A layer of four equal components, of which stages cut one after the other; fit samples by whose labels what is kept should be larger.
    private func labelled(calibrated: @escaping (Double) -> Double) throws -> ExactNetwork {
        let network = try ExactNetwork.additive([0.1, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01])
        var calls = 0
        network.tellsAnswers { layers, losses in
            calls += 1
            return CandidateLosses(losses, divergence: losses, calibrated: losses.map { _ in calibrated(Double(calls)) })
        }
        return network
    }

    @Test("Where a round by the labels is confirmed, the search goes by these from then on")
    func labels() throws {
        // Each candidate is better by the labels than those before it.
        let network = try labelled { 2 - 0.001 * $0 }
        let points = try network.walked(downTo: [0.3 * network.layers.cost], pieces: .without(\.leaveOneOut)).map(\.point)
        #expect(points.count > 2)
        #expect(points.allSatisfy { $0.target == .labels })
        #expect(network.targets == [.originalAnswers] + points.map { _ in .labels })
    }

    @Test("Where it is not, they are tried once more after the fourth stage, and never again")
    func noLabels() throws {
        let network = try labelled { _ in 2 }
        let points = try network.walked(downTo: [0.3 * network.layers.cost]).map(\.point)
        #expect(points.count > 4)
        #expect(points.allSatisfy { $0.target == .originalAnswers })
        let expected = points.indices.flatMap { [.originalAnswers] + ([0, 3].contains($0) ? [SearchTarget.labels] : []) }
        #expect(network.targets == expected)
        let without = try labelled { 2 - 0.001 * $0 }
        _ = try without.walked(downTo: [0.3 * network.layers.cost], pieces: .without(\.labels))
        #expect(Set(without.targets) == [.originalAnswers])
    }
}
