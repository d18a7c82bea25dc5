internal import Dispatch

/// Runs a task's work on a thread of its own, so that hours of it do not take a thread from Swift's pool, which has one for each core.
final class BlockingExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "JointRank")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
