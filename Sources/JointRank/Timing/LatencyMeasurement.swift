internal import OnnxRuntimeEngine
internal import Tensors

/// Times runs of models. Two models are timed side by side, one run of each in turn, so that drift of the machine's speed falls on both.
struct LatencyMeasurement {
    /// That suits the threads of the sessions.
    private let clock: RunClock
    /// About how long to measure, in seconds.
    private let budget: Double

    /// Runs of a model, or pairs of runs of two, that are made at least and at most.
    private static let runs = 5...2000
    /// Pairs after which a settled ratio ends it, within the budget as well.
    private static let enough = 50
    /// So many times the budget is taken where the ratio is not settled.
    private static let patience = 4.0
    /// The standard error of the ratio, relative to it, at which it is.
    private static let settled = 0.01

    init(_ clock: RunClock, budget: Double = 2) {
        self.clock = clock
        self.budget = budget
    }

    /// How two models compare. Of models one of which is large, one is timed after the other, as both together may be too much.
    func comparison(
        before: @autoclosure () throws -> Session, after: @autoclosure () throws -> Session, areLarge: Bool, inputs: [String: Tensor]
    ) throws -> LatencyComparison {
        guard !areLarge else {
            let half = LatencyMeasurement(clock, budget: budget / 2)
            return LatencyComparison(
                before: try half.times(of: before(), inputs: inputs), after: try half.times(of: after(), inputs: inputs),
                arePairs: false, clock: clock)
        }
        let runs = try [before(), after()].map { try $0.prepare(inputs) }
        // First runs lay out memory.
        for run in runs { try run.runDiscardingOutputs() }
        var (befores, afters): ([Double], [Double]) = ([], [])
        func comparison() -> LatencyComparison { LatencyComparison(before: befores, after: afters, arePairs: true, clock: clock) }
        let start = ContinuousClock.now
        var next = LatencyMeasurement.runs.lowerBound
        while befores.count < LatencyMeasurement.runs.upperBound {
            try Task.checkCancellation()
            befores.append(try clock.milliseconds { try runs[0].runDiscardingOutputs() })
            afters.append(try clock.milliseconds { try runs[1].runDiscardingOutputs() })
            guard befores.count >= next else { continue }
            let spent = start.duration(to: .now)
            if spent >= .seconds(LatencyMeasurement.patience * budget) { break }
            let mayEnd = befores.count >= LatencyMeasurement.enough || spent >= .seconds(budget)
            if mayEnd, comparison().relativeError <= LatencyMeasurement.settled { break }
            // What is asked now and then costs little beside the runs.
            next = befores.count + max(1, befores.count / 8)
        }
        return comparison()
    }

    /// The median time of a run of one model, in milliseconds.
    func median(of session: Session, inputs: [String: Tensor]) throws -> Double { try times(of: session, inputs: inputs).median }

    private func times(of session: Session, inputs: [String: Tensor]) throws -> [Double] {
        let run = try session.prepare(inputs)
        try run.runDiscardingOutputs()
        let start = ContinuousClock.now
        var times: [Double] = []
        while times.count < LatencyMeasurement.runs.lowerBound
            || (times.count < LatencyMeasurement.runs.upperBound && start.duration(to: .now) < .seconds(budget))
        {
            try Task.checkCancellation()
            times.append(try clock.milliseconds { try run.runDiscardingOutputs() })
        }
        return times
    }
}
