import LowRank
import Search
import Testing

@Suite("What the planner refines, and what it takes as it is told")
struct PlannedRefinementTests {
    private func planner(_ network: ExactNetwork, _ goal: Goal, pieces: JointPieces = JointPieces()) -> Planner {
        let costs = ModelCosts(network.layers.map(\.costs), currency: .parameters, totals: ModelTotals(parameters: 100))
        return Planner(network, MethodRecipe(basis: .plain, allocation: .joint, pieces: pieces), costs: costs, goal: goal)
    }

    /// One layer of 2 x 2: rank 1 is the only point, and rescaling what is kept makes up for what is not.
    private func network() throws -> ExactNetwork { try ExactNetwork.gated(Array(repeating: [.init([1, 0.25])], count: 4)) }

    @Test("A point that was refined follows the walk, and is the one that was chosen")
    func refined() throws {
        let choice = try planner(network(), Goal(.compact, tolerance: 0.05)).choose(from: network().layers)
        #expect(choice.walk.map(\.parameters) == [99, 99])
        #expect(choice.chosen == 1)
        #expect(choice.walk[1].comparison == choice.point?.comparison)
        #expect(choice.walk[1].comparison.difference < choice.walk[0].comparison.difference)
        #expect(choice.walk[1].step == choice.walk[0].step)
    }

    @Test("A point that nothing improves does not stand there twice")
    func same() throws {
        // Each sample sees one component: what is kept cannot make up for what is not.
        let additive = try ExactNetwork.additive([0.25, 0.01])
        let choice = try planner(additive, Goal(.lossless, tolerance: 0.05)).choose(from: additive.layers)
        #expect(choice.walk.count == 1 && choice.chosen == 0)
        #expect(additive.moments.last == .refinement(1))
        let without = try planner(network(), Goal(.compact, tolerance: 0.05), pieces: .without(\.refinement))
        #expect(try without.choose(from: network().layers).walk.count == 1)
    }

    @Test("Where nothing is chosen, nothing is refined")
    func refused() throws {
        let network = try network()
        #expect(try planner(network, Goal(.compact, tolerance: 0.001)).choose(from: network.layers).refusal == .unacceptable)
        #expect(network.moments == [.stage(0)])
    }

    @Test("Where nothing is chosen and work is kept, what a milder limit would give is refined for it")
    func prepared() throws {
        let network = try network()
        let acceptance = Acceptance(Limits(lossRise: 0.001))
        let refused = try planner(network, Goal(.compact, acceptance, keepsWork: true)).choose(from: network.layers)
        #expect(refused.refusal == .unacceptable && refused.walk.count == 1)
        #expect(network.moments.contains(.refinement(1)))
    }

    @Test("Where the smallest size counts, a refinement that breaks a limit is not taken")
    func broken() throws {
        let walked = try planner(network(), Goal(.compact, tolerance: 0.05), pieces: .without(\.refinement)).choose(from: network().layers)
        let mean = try #require(walked.point).comparison.after
        let network = try network()
        // By the loss at the best temperature it is better, by the plain loss, which is limited, worse.
        network.verdict = { _, losses in
            let isRefined = losses.reduce(0, +) / Double(losses.count) < mean - 1e-9
            return CandidateLosses(losses.map { $0 + (isRefined ? 1 : 0) }, calibrated: losses)
        }
        let choice = try planner(network, Goal(.compact, tolerance: 0.05)).choose(from: network.layers)
        #expect(network.moments.contains(.refinement(1)))
        #expect(choice.walk.count == 1 && choice.chosen == 0 && choice.point?.comparison.after == mean)
    }

    @Test("Ranks that are asked for are taken, whatever the loss and the size")
    func forced() throws {
        let network = try ExactNetwork.gated(Array(repeating: [.init([1, 0.5]), .init([1, 0.5]), .init([1, 0.5])], count: 2))
        let choice = try planner(network, Goal(.lossless)).force(["layer0": 1, "layer2": 2], on: network.layers)
        let point = try #require(choice.point)
        #expect(point.layers.ranks == [1, 2, 2])
        #expect(point.layers.map(\.isForced) == [true, false, true])
        #expect(point.layers.map(\.isChanged) == [true, false, true])
        // Two factors each, whatever they save: r (2 + 2), where the whole layer has 4.
        #expect(point.layers.map(\.form) == [.factors, .factors, .factors])
        #expect(choice.walk.map(\.parameters) == [100 - 12 + 4 + 4 + 8])
        #expect(choice.chosen == 0)
        #expect(point.comparison.difference == 0.125)
        #expect(network.questions == [.losses([1, 2, 2])])
    }
}
