import Foundation
import ONNXModel
import OnnxRuntimeEngine
import Tensors
import Testing

@Suite("Lifetimes")
struct LifetimeTests {
    private func doubled(_ session: Session, _ value: Float) throws -> [Float]? {
        let a = try Tensor(shape: [1, 3], [Float](repeating: value, count: 3))
        return try session.run(["a": a, "b": a])["sum"]?.elements()
    }

    @Test("Outputs outlive the session")
    func outputsOutliveTheSession() throws {
        var session: Session? = try Session(model: arithmetic())
        let a = try Tensor(shape: [1, 3], [1, 2, 3] as [Float])
        let results = try session?.run(["a": a, "b": a])
        session = nil
        #expect(results?["sum"]?.elements() == [2, 4, 6] as [Float])
    }

    @Test("A prepared run keeps its session")
    func aPreparedRunKeepsItsSession() throws {
        var session: Session? = try Session(model: arithmetic())
        let a = try Tensor(shape: [1, 3], [1, 2, 3] as [Float])
        let prepared = try #require(try session?.prepare(["a": a, "b": a], outputs: ["sum"]))
        session = nil
        for _ in 0..<3 {
            try prepared.runDiscardingOutputs()
            #expect(try prepared.run()["sum"]?.elements() == [2, 4, 6] as [Float])
        }
    }

    @Test("Runs may overlap")
    func runsMayOverlap() async throws {
        let session = try Session(model: arithmetic(), options: SessionOptions(intraOpThreads: 2))
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    try (0..<200).allSatisfy { index in
                        let value = Float(task * 1000 + index)
                        return try doubled(session, value) == [Float](repeating: 2 * value, count: 3)
                    }
                }
            }
            for try await allRight in group { #expect(allRight) }
        }
    }

    @Test("Sessions are built at the same time")
    func sessionsAreBuiltAtTheSameTime() async throws {
        let bytes = try arithmetic()
        try await withThrowingTaskGroup(of: [Float]?.self) { group in
            for _ in 0..<16 {
                group.addTask { try doubled(Session(model: bytes), 4) }
            }
            for try await result in group { #expect(result == [8, 8, 8]) }
        }
    }

    @Test("A long run can be stopped")
    func aLongRunCanBeStopped() async throws {
        let session = try Session(model: longLoop(1_000_000))
        let x = try Tensor(shape: [256, 256], [Float](repeating: 0.5, count: 65536))
        let cancellation = try RunCancellation()
        async let outcome = Task.detached {
            #expect(throws: EngineError.cancelled) { try session.run(["x": x], cancellation: cancellation) }
        }.value
        try await Task.sleep(for: .milliseconds(50))
        cancellation.cancel()
        _ = await outcome
        #expect(cancellation.isCancelled)
    }

    #if os(Linux)
        /// The least growth of the process's memory, in bytes, over several rounds: a leak shows in every one of them, what other
        /// tests take at the same time only in some.
        private func leastGrowth(rounds: Int, _ round: () throws -> Void) throws -> Int {
            func residentBytes() throws -> Int {
                let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
                return try #require(Int(fields[1])) * 4096
            }
            try round()
            var least = Int.max
            for _ in 0..<rounds {
                let before = try residentBytes()
                try round()
                least = try min(least, residentBytes() - before)
            }
            return least
        }

        /// The outputs of a round that were not released would come to 38 MB.
        @Test("Runs leave no memory behind")
        func runsLeaveNoMemoryBehind() throws {
            let session = try Session(model: arithmetic())
            let growth = try leastGrowth(rounds: 5) {
                for index in 0..<2000 {
                    let batch = index % 100 == 0 ? 80_000 : 10
                    let a = try Tensor(shape: [batch, 3], [Float](repeating: 1, count: batch * 3))
                    _ = try session.run(["a": a, "b": a])
                    #expect(throws: EngineError.self) { try session.run(["a": a, "b": Tensor([1] as [Float])]) }
                }
            }
            #expect(growth < 8 << 20)
        }

        /// A session takes more than 50 kB, so those of a round that were not released would come to more than 10 MB.
        @Test("Sessions leave no memory behind")
        func sessionsLeaveNoMemoryBehind() throws {
            let bytes = try arithmetic()
            let growth = try leastGrowth(rounds: 5) {
                for _ in 0..<200 {
                    _ = try doubled(Session(model: bytes), 1)
                    #expect(throws: EngineError.self) { try Session(model: bytes.dropLast(5)) }
                }
            }
            #expect(growth < 4 << 20)
        }
    #endif
}
