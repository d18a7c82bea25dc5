import Calibration
import Synchronization
import Tensors
import Testing

@Suite("Several batches at a time")
struct BatchScheduleTests {
    private func schedule(
        fixed: Int? = nil, bytesPerSample: Int = 1, bytesPerBatch: Int = 0, threads: Int
    ) throws -> BatchSchedule {
        let policy = try BatchPolicy(inputs: describedInputs(("x", [fixed, 3], .float32)))
        return BatchSchedule(policy, bytesPerSample: bytesPerSample, bytesPerBatch: bytesPerBatch, threads: threads)
    }

    @Test(
        "Small values: each thread has a batch of its own, and all of them together are as large as one would be",
        arguments: [(1, 64), (2, 32), (4, 16), (16, 16)])
    func small(threads: Int, size: Int) throws {
        let schedule = try schedule(threads: threads)
        #expect(schedule.batchSize == size && schedule.concurrency == threads && schedule.threadsPerBatch == 1)
    }

    @Test("Large values: what is under way stays within the limit, and threads share a batch where it has no room for more")
    func large() throws {
        for threads in 1...9 {
            for bits in [10, 22, 24, 26, 27, 28, 40, 62] {
                let schedule = try schedule(bytesPerSample: 1 << bits, threads: threads)
                #expect(schedule.batchSize >= 1 && schedule.concurrency >= 1 && schedule.threadsPerBatch >= 1)
                #expect(schedule.concurrency * schedule.threadsPerBatch <= threads)
                let samples = schedule.batchSize * schedule.concurrency
                #expect(samples == 1 || samples << bits <= 1 << 28)
            }
        }
        let alone = try schedule(bytesPerSample: 1 << 28, threads: 4)
        #expect(alone.concurrency == 1 && alone.threadsPerBatch == 4)
    }

    @Test("A batch that the model fixes, and large results, count as well")
    func fixed() throws {
        let small = try schedule(fixed: 8, bytesPerSample: 1 << 20, threads: 2)
        #expect(small.batchSize == 8 && small.concurrency == 2)
        let large = try schedule(fixed: 8, bytesPerSample: 1 << 25, threads: 2)
        #expect(large.batchSize == 8 && large.concurrency == 1 && large.threadsPerBatch == 2)
        let results = try schedule(bytesPerBatch: 1 << 27, threads: 2)
        #expect(results.concurrency == 1 && results.batchSize == 64)
    }

    @Test("Results come in the order of the batches, whichever is done first", arguments: [1, 2, 3, 8])
    func order(threads: Int) throws {
        let schedule = try schedule(threads: threads)
        var taken: [Int] = []
        try schedule.forEach(of: Array(0..<20)) { batch in
            // The first of a group takes longest.
            (0..<(20 - batch) * 1000).reduce(batch) { sum, _ in sum }
        } take: {
            taken.append($0)
        }
        #expect(taken == Array(0..<20))
    }

    @Test("An error ends the work, and what came before it was taken")
    func failure() throws {
        struct Failure: Error {}
        let started = Mutex(0)
        var taken: [Int] = []
        #expect(throws: Failure.self) {
            try schedule(threads: 2).forEach(of: Array(0..<20)) { batch in
                started.withLock { $0 += 1 }
                if batch == 4 { throw Failure() }
                return batch
            } take: {
                taken.append($0)
            }
        }
        #expect(taken == [0, 1, 2, 3] && started.withLock { $0 } <= 6)
    }
}
