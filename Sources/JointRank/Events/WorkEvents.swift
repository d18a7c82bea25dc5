internal import Reporting

/// The events of a run, in their order; the last one is ``WorkEvent/finished(_:)``.
///
/// ```swift
/// for try await event in Compressor(options).events() {
///     switch event {
///     case .progress(let progress): print(progress.task, progress.completed)
///     case .finished(let report): print(report.verdict)
///     }
/// }
/// ```
///
/// The run starts with the iteration, on a thread of its own; every iteration is a run of its own. Events that nobody has asked for yet
/// are kept, a few for every batch of samples.
///
/// Cancelling the task that iterates ends the run between two batches, and the iteration with a ``JointRankError`` of the category
/// ``JointRankError/Category/interrupted`` as soon as the run has ended, and removed its temporary files. Leaving the loop early cancels the
/// run too, without waiting for its end.
public struct WorkEvents<Report: Sendable>: AsyncSequence, Sendable {
    /// Progress, or the report.
    public typealias Element = WorkEvent<Report>
    /// All that a run can throw.
    public typealias Failure = JointRankError

    private let work: @Sendable (@escaping ProgressHandler) throws(JointRankError) -> Report

    /// - Parameter work: blocks its thread, and looks at the cancellation of its task.
    init(_ work: @escaping @Sendable (@escaping ProgressHandler) throws(JointRankError) -> Report) {
        self.work = work
    }

    /// Starts the run.
    public func makeAsyncIterator() -> Iterator {
        Iterator(work)
    }

    /// Runs to the end.
    ///
    /// - Throws: ``JointRankError``, also where the task is cancelled.
    public func report() async throws(JointRankError) -> Report {
        for try await case .finished(let report) in self { return report }
        throw JointRankError(.internalError, "internal error: a run has ended without a report")
    }

    /// A run, from its start.
    public struct Iterator: AsyncIteratorProtocol {
        private var progress: AsyncStream<Progress>.Iterator
        /// nil once its outcome was handed out.
        private var run: Task<Result<Report, JointRankError>, Never>?

        init(_ work: @escaping @Sendable (@escaping ProgressHandler) throws(JointRankError) -> Report) {
            let (stream, continuation) = AsyncStream.makeStream(of: Progress.self)
            let run = Task(executorPreference: BlockingExecutor()) {
                defer { continuation.finish() }
                return Result { () throws(JointRankError) in try work { continuation.yield($0) } }
            }
            // The task that waits is cancelled, or nobody iterates any more.
            continuation.onTermination = { reason in
                if case .cancelled = reason { run.cancel() }
            }
            progress = stream.makeAsyncIterator()
            self.run = run
        }

        /// - Throws: ``JointRankError``. The run has ended then.
        public mutating func next(isolation actor: isolated (any Actor)? = #isolation) async throws(JointRankError) -> WorkEvent<Report>? {
            guard let run else { return nil }
            if let progress = await progress.next(isolation: actor) { return .progress(progress) }
            self.run = nil
            return .finished(try await run.value.get())
        }
    }
}
