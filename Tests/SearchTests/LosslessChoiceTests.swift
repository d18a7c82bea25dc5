import LowRank
import Search
import Testing

/// Points of the ranks 4, 3, 2 and 1, which keep 84, 75, 64 and 51 % (see `TableNetwork`); standard errors are 0.001.
@Suite("The choice of the best loss")
struct LosslessChoiceTests {
    @Test("It is the point with the lowest loss, and the walk lists all")
    func best() throws {
        let choice = try TableNetwork([-0.01, -0.02, 0.01, 0.03]).choice(Goal(.lossless))
        #expect(choice.rank == 3)
        #expect(choice.refusal == nil)
        #expect(choice.walk.map(\.parameters) == [84, 75, 64, 51])
        // Sums of 400 numbers near 1.
        for (point, mean) in zip(choice.walk, [-0.01, -0.02, 0.01, 0.03]) { #expect(abs(point.comparison.difference - mean) < 1e-12) }
        #expect(choice.chosen == 1)
        #expect(choice.point?.comparison == choice.walk[1].comparison)
        #expect(choice.walk.allSatisfy { $0.step == nil })
    }

    @Test("A rise of the loss is acceptable up to the tolerance")
    func tolerance() throws {
        let means = [0.012, 0.015, 0.05, 0.06]
        #expect(try TableNetwork(means).choice(Goal(.lossless, tolerance: 0.0121)).rank == 4)
        let refused = try TableNetwork(means).choice(Goal(.lossless, tolerance: 0.0119))
        #expect(refused.refusal == .unacceptable)
        #expect(refused.point == nil && refused.chosen == nil)
        // Those who go on with the limit of the first point, about 0.017, find the walk done.
        #expect(refused.walk.count == 4)
    }

    @Test("Of a size that is asked for it is the best, whatever the loss")
    func size() throws {
        let network = try TableNetwork([-0.1, -0.05, 0.5, 0.4])
        let choice = try network.choice(Goal(.lossless, targets: Targets(parameters: 0.7)))
        #expect(choice.rank == 2)
        // Only the size itself is measured: nothing larger would be chosen, however good.
        #expect(network.measured == [2])
        #expect(try TableNetwork([-0.05, -0.1, 0.5, 0.4]).choice(Goal(.lossless, targets: Targets(parameters: 0.84))).rank == 4)
        #expect(try TableNetwork([0.3, 0.3, 0.5, 0.4]).choice(Goal(.lossless, targets: Targets(parameters: 0.51))).rank == 1)
    }

    @Test("Points that are slower than the original are passed over, from the best on")
    func slower() throws {
        let means = [-0.01, -0.02, -0.03, 0.03]
        let network = try TableNetwork(means, times: [0.5, 0.97, 0.98, 0.5])
        #expect(try network.choice(Goal(.lossless)).rank == 3)
        // No more is timed than has to be.
        #expect(network.timed == [2, 3])
        let slow = try TableNetwork(means, times: [1.1, 1.1, 1.1, 0.5])
        #expect(try slow.choice(Goal(.lossless)).refusal == .slower)
        #expect(slow.timed == [2, 3, 4])
    }

    @Test("Without a size, the walk ends at two points in a row that are worse beyond doubt", arguments: [Goal.Mode.lossless, .compact])
    func ends(mode: Goal.Mode) throws {
        // By more than two standard errors of 0.001.
        let good = try TableNetwork([-0.005, 0.003, 0.003, 0.003])
        _ = try good.choice(Goal(mode))
        #expect(good.measured == [4, 3, 2])
        // As long as nothing is acceptable, than the mildest limit that a point needs: the first one's is about 0.0071.
        let bad = try TableNetwork([0.003, 0.01, 0.01, 0.01])
        _ = try bad.choice(Goal(mode))
        #expect(bad.measured == [4, 3, 2])
        let doubtful = try TableNetwork([0.003, 0.0019, 0.003, 0.0021])
        _ = try doubtful.choice(Goal(mode))
        #expect(doubtful.measured == [4, 3, 2, 1])
        let tolerated = try TableNetwork([0.007, 0.0121, 0.0121, 0.0121])
        _ = try tolerated.choice(Goal(mode, tolerance: 0.01))
        #expect(tolerated.measured == [4, 3, 2])
        let sized = try TableNetwork([0.3, 0.3, 0.3, 0.3])
        _ = try sized.choice(Goal(mode, targets: Targets(parameters: 0.55)))
        #expect(sized.measured == (mode == .lossless ? [1] : [4, 3, 2, 1]))
    }

    @Test("Where weights are merged, the network as it is competes")
    func merged() throws {
        // 10 of 100 parameters are held twice.
        let unchanged = try TableNetwork([0.001, 0.002, 0.003, 0.004]).choice(Goal(.lossless, tolerance: 0.1), merged: 10)
        #expect(unchanged.rank == 8)
        #expect(unchanged.walk.map(\.parameters) == [74, 65, 54, 41, 90])
        #expect(unchanged.chosen == 4)
        #expect(unchanged.point?.comparison.difference == 0)
        #expect(try TableNetwork([0.001, -0.002, 0.003, 0.004]).choice(Goal(.lossless), merged: 10).rank == 3)
        // It is not small enough for everything.
        #expect(try TableNetwork([0.1, 0.2, 0.3, 0.4]).choice(Goal(.lossless, targets: Targets(parameters: 0.9)), merged: 10).rank == 8)
        #expect(try TableNetwork([0.1, 0.2, 0.3, 0.4]).choice(Goal(.lossless, targets: Targets(parameters: 0.75)), merged: 10).rank == 4)
    }

    @Test(
        "Where nothing is acceptable, the mildest limit of a point gives that point, and asks for nothing that was not measured",
        arguments: [[0.003, 0.002, 0.006, 0.01], [0.5, 0.1, 0.3, 0.0102], [0.003, 0.01, 0.01, 0.01], [0.0021, 0.003, 0.002, 0.0025]],
        [Goal.Mode.lossless, .compact])
    func retried(means: [Double], mode: Goal.Mode) throws {
        let network = try TableNetwork(means)
        let refused = try network.choice(Goal(mode))
        #expect(refused.refusal == .unacceptable)
        let acceptance = Acceptance(Limits(lossRise: 0))
        let limits = refused.walk.map { acceptance.mildest(of: $0.comparison, nil).lossRise ?? 0 }
        let tolerance = try #require(limits.min())
        let second = try TableNetwork(means)
        let choice = try second.choice(Goal(mode, tolerance: tolerance))
        #expect(choice.refusal == nil)
        #expect(mode == .lossless || choice.chosen == limits.lastIndex(of: tolerance))
        #expect(second.measured == Array(network.measured.prefix(second.measured.count)))
    }
}
