internal import Reporting

/// Seconds of each phase of a run.
final class PhaseClock {
    private(set) var seconds = CompressionReport.Seconds(calibrate: 0, plan: 0, verify: 0, total: 0)
    private var last = ContinuousClock.now

    /// Everything since the last call belongs to `phase`.
    func finish(_ phase: WritableKeyPath<CompressionReport.Seconds, Double>) {
        let now = ContinuousClock.now
        let elapsed = last.duration(to: now).seconds
        seconds[keyPath: phase] += elapsed
        seconds.total += elapsed
        last = now
    }
}
