import LowRank
import Search
import Testing

@Suite("How much may be left")
struct TargetsTests {
    /// A network of 100 parameters, whose ranks from 4 down to 1 keep 84, 75, 64 and 51 of them. Half of its operations are the layer's, of which
    /// each rank takes an eighth. The layer's times by themselves predict what the whole takes, or a
    /// larger saving.
    private func choice(
        _ mode: Goal.Mode, _ targets: Targets, losses: [Double] = [0.001, 0.002, 0.003, 0.004], times: [Double]? = nil,
        optimism: Double = 1, tolerance: Double = 1
    ) throws -> Choice {
        let measured = times ?? [0.75, 0.5, 0.375, 0.25]
        let predicted = LayerTimes(
            dense: 1, factored: [.pivoted: measured.enumerated().map { (4 - $0, 1 - optimism * (1 - $1)) }.sorted { $0.0 < $1.0 }])
        let network = try TableNetwork(
            losses, times: measured, predicted: predicted,
            operations: LayerOperations(dense: 80, factored: [.pivoted: (0...8).map { 10 * $0 }]))
        return try network.choice(Goal(mode, tolerance: tolerance, targets: targets), operations: 160, milliseconds: 1)
    }

    @Test("The walk ends at the first point that keeps all of them", arguments: [Goal.Mode.lossless, .compact])
    func ends(mode: Goal.Mode) throws {
        #expect(try choice(mode, Targets(parameters: 0.75)).rank == 3)
        // Rank 4 takes 40 operations beside 80 of 160, rank 3 takes 30.
        #expect(try choice(mode, Targets(operations: 0.7)).rank == 3)
        #expect(try choice(mode, Targets(operations: 0.65)).rank == 2)
        #expect(try choice(mode, Targets(latency: 0.6)).rank == 3)
        #expect(try choice(mode, Targets(parameters: 0.8, operations: 0.9, latency: 0.3)).rank == 1)
        #expect(try choice(mode, Targets(parameters: 0.65, latency: 0.9)).rank == 2)
        let walked = try choice(mode, Targets(parameters: 0.9, latency: 0.6)).walk.map(\.parameters)
        #expect(walked == [84, 75])
    }

    @Test("Time is what the whole model was measured to take, not what layers by themselves predict")
    func measured() throws {
        // Rank 3 is predicted to take 0.4 of the time.
        let choice = try choice(.lossless, Targets(latency: 0.5), times: [0.9, 0.8, 0.5, 0.4], optimism: 3)
        #expect(choice.rank == 2)
    }

    @Test(
        "What cannot be reached is refused before anything is measured; time by a tenth less than predicted may be",
        arguments: [Goal.Mode.lossless, .compact])
    func unreachable(mode: Goal.Mode) throws {
        #expect(try choice(mode, Targets(operations: 0.5)).refusal == .unreachable(Targets.Share(.operations, 0.5625)))
        #expect(try choice(mode, Targets(latency: 0.1)).refusal == .unreachable(Targets.Share(.latency, 0.25)))
        let slow = try choice(mode, Targets(latency: 0.24))
        #expect(slow.refusal == .tooLarge(Targets.Share(.latency, 0.25)) && !slow.walk.isEmpty)
    }

    @Test("The smallest acceptable point may keep more than is asked for")
    func tooLarge() throws {
        let losses = [0.001, 0.5, 0.5, 0.5]
        #expect(
            try choice(.compact, Targets(operations: 0.7), losses: losses, tolerance: 0.01).refusal
                == .tooLarge(Targets.Share(.operations, 0.75)))
        #expect(
            try choice(.compact, Targets(latency: 0.7), losses: losses, tolerance: 0.01).refusal
                == .tooLarge(Targets.Share(.latency, 0.75)))
    }
}
