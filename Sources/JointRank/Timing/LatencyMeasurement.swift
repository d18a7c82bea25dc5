internal import OnnxRuntimeEngine
internal import Tensors

/// Times two models side by side, one run of each in turn, so that drift of the machine's speed falls on both.
enum LatencyMeasurement {
    /// The median time of a run in milliseconds, before and after. Of models one of which is large, one is timed after the other, as both
    /// together may be too much.
    ///
    /// - Parameters:
    ///   - budget: about how long to measure, in seconds; at least 5 and at most 200 pairs of runs are made.
    static func medians(
        before: @autoclosure () throws -> Session, after: @autoclosure () throws -> Session, areLarge: Bool, inputs: [String: Tensor],
        budget: Double = 2
    ) throws -> (before: Double, after: Double) {
        guard !areLarge else {
            return (
                try median(of: before(), inputs: inputs, budget: budget / 2), try median(of: after(), inputs: inputs, budget: budget / 2)
            )
        }
        let runs = try [before(), after()].map { try $0.prepare(inputs) }
        // First runs lay out memory.
        for run in runs { try run.runDiscardingOutputs() }
        let clock = ContinuousClock()
        let start = clock.now
        var times: [[Double]] = [[], []]
        while times[0].count < 5 || (times[0].count < 200 && start.duration(to: clock.now) < .seconds(budget)) {
            try Task.checkCancellation()
            for (index, run) in runs.enumerated() {
                times[index].append(try clock.measure { try run.runDiscardingOutputs() }.milliseconds)
            }
        }
        return (median(times[0]), median(times[1]))
    }

    /// The median time of a run of one model in milliseconds; at least 5 and at most 200 runs are made.
    ///
    /// - Parameter budget: about how long to measure, in seconds.
    static func median(of session: Session, inputs: [String: Tensor], budget: Double) throws -> Double {
        let run = try session.prepare(inputs)
        try run.runDiscardingOutputs()
        let clock = ContinuousClock()
        let start = clock.now
        var times: [Double] = []
        while times.count < 5 || (times.count < 200 && start.duration(to: clock.now) < .seconds(budget)) {
            times.append(try clock.measure { try run.runDiscardingOutputs() }.milliseconds)
        }
        return median(times)
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

extension Duration {
    fileprivate var milliseconds: Double { Double(components.seconds) * 1e3 + Double(components.attoseconds) * 1e-15 }
}
