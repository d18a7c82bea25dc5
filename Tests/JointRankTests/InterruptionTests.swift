import Foundation
import TestSupport
import Testing

@Suite("Interruption")
struct InterruptionTests {
    @Test("An interrupted run leaves nothing behind but its work: exit code 130", arguments: [SIGINT, SIGTERM])
    func interrupted(signal: Int32) throws {
        let workspace = try Workspace(samples: 4000)
        let before = try workspace.folder.contents()
        let running = try Command.start(Workspace.arguments(), in: workspace.folder.path)
        // Work that is kept shows that it works.
        let entries = workspace.folder.path("small.onnx.work/entries/plan-1")
        let start = ContinuousClock.now
        while ((try? FileManager.default.contentsOfDirectory(atPath: entries)) ?? []).isEmpty, running.process.isRunning {
            try #require(ContinuousClock.now - start < .seconds(60))
            usleep(5000)
        }
        kill(running.process.processIdentifier, signal)
        let outcome = try running.finish()
        #expect(outcome.exitCode == 130 && !outcome.wasKilled)
        #expect(outcome.errors == "jointrank: interrupted; the same command goes on from 'small.onnx.work'\n")
        #expect(outcome.output == "")
        #expect(try workspace.folder.contents().filter { !$0.key.hasPrefix("small.onnx.work") } == before)
    }
}
