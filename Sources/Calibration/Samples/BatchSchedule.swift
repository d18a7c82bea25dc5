internal import LinearAlgebra

/// How samples go through a model: how many in a batch, and how many batches at a time.
///
/// Threads that share a small operator wait for each other most of the time, so each gets a batch of its own. Where batches are too large
/// for that, they share its operators.
package struct BatchSchedule: Sendable, Hashable {
    package let batchSize: Int
    /// Batches at a time.
    package let concurrency: Int
    /// Threads that work on each of them: those of the session that runs them.
    package let threadsPerBatch: Int

    /// Bytes that the values of all batches under way may take.
    private static let valueBytes = 1 << 28
    /// Bytes that the results of all batches under way may take.
    private static let resultBytes = 1 << 27
    /// Samples of all batches under way, where their values are small; and of one batch, where there are many threads.
    private static let (mostSamples, fewestSamples) = (64, 16)

    /// - Parameters:
    ///   - policy: whose fixed length holds.
    ///   - bytesPerSample: of all values that are alive together.
    ///   - bytesPerBatch: of results whose size does not depend on the number of samples.
    package init(_ policy: BatchPolicy, bytesPerSample: Int, bytesPerBatch: Int = 0, threads: Int) {
        let samples = BatchSchedule.valueBytes / max(1, bytesPerSample)
        let results = BatchSchedule.resultBytes / max(1, bytesPerBatch)
        concurrency = max(1, min(threads, samples / (policy.fixed ?? 1), results))
        threadsPerBatch = max(1, threads / concurrency)
        let most = max(BatchSchedule.fewestSamples, BatchSchedule.mostSamples / concurrency)
        batchSize = policy.fixed ?? max(1, min(most, samples / concurrency))
    }

    /// The same with smaller batches.
    package func limited(to size: Int) -> BatchSchedule { BatchSchedule(min(batchSize, size), concurrency, threadsPerBatch) }

    private init(_ batchSize: Int, _ concurrency: Int, _ threadsPerBatch: Int) {
        (self.batchSize, self.concurrency, self.threadsPerBatch) = (batchSize, concurrency, threadsPerBatch)
    }

    /// Works on batches, several at a time, and takes the results one by one in the order of the batches, so that sums do not depend on timing.
    ///
    /// - Throws: `CancellationError` when the task was cancelled, and what `work` and `take` throw.
    package func forEach<Batch: Sendable, Result: Sendable>(
        of batches: [Batch], _ work: @Sendable (Batch) throws -> Result, take: (Result) throws -> Void
    ) throws {
        for start in stride(from: 0, to: batches.count, by: concurrency) {
            try Task.checkCancellation()
            let group = Array(batches[start..<min(start + concurrency, batches.count)])
            for result in try concurrentMap(count: group.count, threads: concurrency, { try work(group[$0]) }) { try take(result) }
        }
    }
}
