internal import OnnxRuntimeEngine
internal import Tensors

/// Times two models side by side, one run of each in turn, so that drift of the machine's speed falls on both.
enum LatencyMeasurement {
    /// The median time of a run in milliseconds, before and after.
    ///
    /// - Parameters:
    ///   - budget: about how long to measure, in seconds; at least 5 and at most 200 pairs of runs are made.
    static func medians(
        before: Session, after: Session, inputs: [String: Tensor], budget: Double = 2
    ) throws -> (before: Double, after: Double) {
        let runs = try [before, after].map { try $0.prepare(inputs) }
        // First runs lay out memory.
        for run in runs { try run.runDiscardingOutputs() }
        let clock = ContinuousClock()
        let start = clock.now
        var times: [[Double]] = [[], []]
        while times[0].count < 5 || (times[0].count < 200 && start.duration(to: clock.now) < .seconds(budget)) {
            try Task.checkCancellation()
            for (index, run) in runs.enumerated() {
                let elapsed = try clock.measure { try run.runDiscardingOutputs() }
                times[index].append(Double(elapsed.components.seconds) * 1e3 + Double(elapsed.components.attoseconds) * 1e-15)
            }
        }
        return (median(times[0]), median(times[1]))
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
