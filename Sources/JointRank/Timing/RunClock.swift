internal import Foundation

/// The clock that runs are timed with.
///
/// A session of one thread works on the thread that calls it. There the time that the processor gave to this thread is what counts: other programs
/// on a busy machine add nothing to it but what they take of caches. With several threads it is the time on the wall.
enum RunClock: String, Sendable, Hashable {
    case processor
    case wall

    init(threads: Int) { self = threads == 1 ? .processor : .wall }

    /// What some work takes.
    func milliseconds(_ work: () throws -> Void) rethrows -> Double {
        let start = now
        try work()
        return now - start
    }

    private var now: Double {
        var time = timespec()
        clock_gettime(self == .processor ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
    }
}
