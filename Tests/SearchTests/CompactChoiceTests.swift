import LowRank
import Search
import Testing

/// Points of the ranks 4, 3, 2 and 1, which keep 84, 75, 64 and 51 % (see `TableNetwork`); standard errors are 0.001, so that without a
/// tolerance a fall of the loss by 0.001 is a margin of 1.
@Suite("The choice of the smallest size")
struct CompactChoiceTests {
    @Test("It is the smallest point with a margin of two standard errors")
    func safe() throws {
        let choice = try TableNetwork([-0.005, -0.0025, -0.001, 0.01]).choice(Goal(.compact))
        #expect(choice.rank == 3)
        #expect(choice.chosen == 1)
        #expect(choice.walk.map(\.parameters) == [84, 75, 64, 51])
        #expect(try TableNetwork([-0.005, -0.0025, -0.0021, 0.01]).choice(Goal(.compact)).rank == 2)
    }

    @Test("Where no point has that, it is the one with the largest margin")
    func likely() throws {
        #expect(try TableNetwork([-0.0005, -0.0015, -0.001, 0.01]).choice(Goal(.compact)).rank == 3)
        #expect(try TableNetwork([0.001, 0.001, -0.0005, 0.01]).choice(Goal(.compact)).rank == 2)
    }

    @Test("With a tolerance, the bound counts")
    func tolerance() throws {
        // The bound is about 2.06 standard errors above the mean: margins are (0.01 - mean) / 0.001 less 2.06.
        #expect(try TableNetwork([0.002, 0.0055, 0.0065, 0.02]).choice(Goal(.compact, tolerance: 0.01)).rank == 3)
        #expect(try TableNetwork([0.0062, 0.0075, 0.007, 0.02]).choice(Goal(.compact, tolerance: 0.01)).rank == 4)
        #expect(try TableNetwork([0.0081, 0.0081, 0.0081, 0.02]).choice(Goal(.compact, tolerance: 0.01)).refusal == .unacceptable)
    }

    @Test("Points that are slower than the original are passed over: safe ones from the smallest up, then the others by their margins")
    func slower() throws {
        let network = try TableNetwork([-0.005, -0.0025, -0.001, -0.0015], times: [1.1, 1.1, 1.1, 1.1])
        #expect(try network.choice(Goal(.compact)).refusal == .slower)
        #expect(network.timed == [3, 4, 1, 2])
        let fast = try TableNetwork([-0.005, -0.0025, -0.001, -0.0015], times: [0.97, 0.98, 0.5, 0.5])
        #expect(try fast.choice(Goal(.compact)).rank == 4)
        #expect(fast.timed == [3, 4])
    }

    @Test("A point that is larger than asked for is named in the refusal")
    func tooLarge() throws {
        let means = [-0.005, 0.01, 0.01, 0.01]
        let refused = try TableNetwork(means).choice(Goal(.compact, targets: Targets(parameters: 0.7)))
        #expect(refused.refusal == .tooLarge(Targets.Share(.parameters, 0.84)))
        #expect(refused.walk.map(\.parameters) == [84, 75, 64])
        #expect(try TableNetwork(means).choice(Goal(.compact, targets: Targets(parameters: 0.84))).rank == 4)
    }

    @Test("Where weights are merged, the network as it is comes after all others")
    func merged() throws {
        let means = [0.1, 0.1, 0.1, 0.1]
        let choice = try TableNetwork(means).choice(Goal(.compact), merged: 10)
        #expect(choice.rank == 8)
        #expect(choice.walk.map(\.parameters) == [74, 65, 54, 41, 90])
        #expect(choice.chosen == 4)
        #expect(try TableNetwork(means).choice(Goal(.compact)).refusal == .unacceptable)
        #expect(
            try TableNetwork(means).choice(Goal(.compact, targets: Targets(parameters: 0.8)), merged: 10).refusal
                == .tooLarge(Targets.Share(.parameters, 0.9)))
        #expect(try TableNetwork([-0.0001, 0.1, 0.1, 0.1]).choice(Goal(.compact), merged: 10).rank == 4)
        // Where all others are slower, that is left.
        #expect(try TableNetwork([-0.005, 0.1, 0.1, 0.1], times: [1.1, 1, 1, 1]).choice(Goal(.compact), merged: 10).rank == 8)
    }

    @Test("What cannot be reached is refused before anything is measured", arguments: [Goal.Mode.lossless, .compact])
    func unreachable(mode: Goal.Mode) throws {
        // Rank 1 keeps 51 %.
        let network = try TableNetwork([-0.01, -0.01, -0.01, -0.01])
        let choice = try network.choice(Goal(mode, targets: Targets(parameters: 0.509)))
        #expect(choice.refusal == .unreachable(Targets.Share(.parameters, 0.51)))
        #expect(choice.walk == [] && choice.chosen == nil)
        #expect(network.measured == [])
        #expect(try network.choice(Goal(mode, targets: Targets(parameters: 0.51))).refusal == nil)
    }

    @Test("Of no layers there is nothing to choose")
    func noLayers() throws {
        let network = try TableNetwork([0, 0, 0, 0])
        let costs = ModelCosts([], currency: .parameters, totals: ModelTotals(parameters: 100))
        for allocation in [MethodRecipe.Allocation.uniform, .joint] {
            let planner = Planner(network, MethodRecipe(basis: .plain, allocation: allocation), costs: costs, goal: Goal(.compact))
            #expect(try planner.choose(from: []).refusal == .noLayers)
            #expect(try planner.force(["layer": 1], on: []).refusal == .noLayers)
        }
        #expect(network.measured == [])
    }
}
