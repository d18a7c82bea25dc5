import LinearAlgebra
import Synchronization
import Testing

@Suite("Concurrent maps")
struct ConcurrentMapTests {
    private struct Failed: Error, Equatable {
        let index: Int
    }

    @Test("Results are in order", arguments: [0, 1, 2, 3, 100], [-1, 0, 1, 2, 7])
    func resultsAreInOrder(_ count: Int, _ threads: Int) {
        #expect(concurrentMap(count: count, threads: threads) { $0 * $0 } == (0..<count).map { $0 * $0 })
    }

    @Test("Results may be nil")
    func resultsMayBeNil() {
        #expect(concurrentMap(count: 4, threads: 2) { $0 % 2 == 0 ? $0 : nil } == [0, nil, 2, nil])
    }

    @Test("No more threads than allowed", arguments: 1...3)
    func noMoreThreadsThanAllowed(_ threads: Int) {
        let active = Mutex((now: 0, most: 0))
        _ = concurrentMap(count: 200, threads: threads) { index in
            active.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            let sum = (0..<1000).reduce(index, &+)
            active.withLock { $0.now -= 1 }
            return sum
        }
        #expect(active.withLock { $0.most } <= threads)
    }

    @Test("The lowest number that fails is reported")
    func theLowestNumberThatFailsIsReported() {
        for _ in 0..<100 {
            let started = Atomic(0)
            #expect(throws: Failed(index: 30)) {
                try concurrentMap(count: 10_000, threads: 4) { index throws(Failed) in
                    started.add(1, ordering: .relaxed)
                    if index >= 30 && index % 3 == 0 { throw Failed(index: index) }
                }
            }
            #expect(started.load(ordering: .relaxed) < 10_000)
        }
    }
}
