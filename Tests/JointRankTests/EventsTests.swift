import Foundation
import Reporting
import Synchronization
import TestSupport
import Testing

@testable import JointRank

/// A number that threads share.
private final class Counter: Sendable {
    private let number = Mutex(0)

    var value: Int { number.withLock(\.self) }

    func increase() { number.withLock { $0 += 1 } }
}

@Suite("Events of the library")
struct EventsTests {
    private func options(_ workspace: Workspace) -> CompressionOptions {
        var options = CompressionOptions(
            model: workspace.folder.path("model.onnx"), calibration: workspace.folder.path("data.npz"),
            output: workspace.folder.path("small.onnx"), mode: .lossless, optimize: .size, keepParameters: 0.6, threads: 1)
        options.workFolder = workspace.folder.path("work")
        return options
    }

    /// What does not depend on the clock.
    private func timeless(_ report: CompressionReport) -> CompressionReport {
        var report = report
        report.seconds = .init(calibrate: 0, plan: 0, verify: 0, total: 0)
        report.latencyMs = nil
        report.peakMemoryMiB = 0
        return report
    }

    @Test("Progress comes in the order of the blocking call, and the same report and file after it")
    func order() async throws {
        let workspace = try Workspace()
        let shown = Mutex<[JointRank.Progress]>([])
        let report = try Compressor(options(workspace)).compress { progress in shown.withLock { $0.append(progress) } }
        let written = try workspace.folder.read("small.onnx")
        try FileManager.default.removeItem(atPath: workspace.folder.path("small.onnx"))

        var events: [WorkEvent<CompressionReport>] = []
        for try await event in Compressor(options(workspace)).events() { events.append(event) }
        guard case .finished(let last)? = events.popLast() else {
            Issue.record("the last event is progress")
            return
        }
        #expect(timeless(last) == timeless(report))
        #expect(last.output == workspace.folder.path("small.onnx"))
        #expect(try workspace.folder.read("small.onnx") == written)
        #expect(events == shown.withLock(\.self).map { .progress($0) })
        #expect(Set(events).count > 10)
    }

    /// Cancelled before anything is done: a consumer that is to cancel in the middle may come too late where all threads are busy. What an
    /// interrupted run leaves is tested with the command.
    @Test("Cancelling the task ends the iteration as interrupted, and leaves nothing", arguments: [true, false])
    func cancelling(keepingWork: Bool) async throws {
        let workspace = try Workspace(samples: 2000)
        let before = try workspace.folder.contents()
        var options = options(workspace)
        if !keepingWork { options.workFolder = nil }
        let compressor = Compressor(options)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            for try await _ in compressor.events() {}
        }
        let error = await #expect(throws: JointRankError.self) { try await task.value }
        #expect(error?.category == .interrupted)
        #expect(try workspace.folder.contents() == before)
    }

    @Test("Errors are those of the blocking call")
    func failure() async throws {
        let workspace = try Workspace()
        var options = options(workspace)
        options.model = workspace.folder.path("missing.onnx")
        do throws(JointRankError) {
            _ = try await Compressor(options).events().report()
            Issue.record("a missing model is no error")
        } catch {
            #expect(error.category == .missingInput)
            #expect(error.description.contains("missing.onnx"))
        }
    }

    @Test("Every front door has events, and all that asks for is the report")
    func reports() async throws {
        let workspace = try Workspace()
        let (model, data) = (workspace.folder.path("model.onnx"), workspace.folder.path("data.npz"))
        let evaluator = Evaluator(threads: 1)
        let evaluation = try await evaluator.events(model: model, on: data, against: model).report()
        #expect(try evaluation == evaluator.evaluate(model: model, on: data, against: model))
        #expect(evaluation.against?.difference == 0)

        var frontierOptions = options(workspace)
        frontierOptions.workFolder = nil
        let frontier = try await FrontierExplorer(frontierOptions, shares: [0.6]).events().report()
        #expect(frontier.points.count == 1)

        let analysis = SensitivityAnalysis(frontierOptions, ranksPerLayer: 1)
        #expect(try await analysis.events().report() == analysis.run())
    }

    @Test("Runs do not take the threads of Swift's pool", .timeLimit(.minutes(10)))
    func threads() async throws {
        let count = 2 * ProcessInfo.processInfo.activeProcessorCount
        let started = Counter()
        // Every run waits for all others to start, as none could on a pool with one thread a core.
        let met = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<count {
                group.addTask {
                    try await WorkEvents { _ throws(JointRankError) in
                        started.increase()
                        let start = ContinuousClock.now
                        while started.value < count, ContinuousClock.now - start < .seconds(30) { usleep(1000) }
                        return started.value == count
                    }.report()
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(met == Array(repeating: true, count: count))
    }

    @Test("Leaving the loop cancels the run", .timeLimit(.minutes(10)))
    func leaving() async throws {
        let cancelled = Counter()
        let events = WorkEvents<Int> { progress throws(JointRankError) in
            progress(Progress(task: "waiting", completed: 0, total: nil))
            let start = ContinuousClock.now
            while !Task.isCancelled, ContinuousClock.now - start < .seconds(30) { usleep(1000) }
            if Task.isCancelled { cancelled.increase() }
            return 0
        }
        for try await event in events {
            #expect(event == .progress(.init(task: "waiting", completed: 0, total: nil)))
            break
        }
        while cancelled.value == 0 { try await Task.sleep(for: .milliseconds(2)) }
    }
}
