import Foundation
import TestSupport
import Testing

@Suite("Interruption")
struct InterruptionTests {
    @Test("An interrupted run leaves nothing behind: exit code 130", arguments: [SIGINT, SIGTERM])
    func interrupted(signal: Int32) throws {
        let workspace = try Workspace(samples: 4000)
        let before = try workspace.folder.contents()
        let running = try Command.start(Workspace.arguments(), in: workspace.folder.path)
        // Its folder for the output shows that it works.
        let start = ContinuousClock.now
        while try workspace.folder.contents().count == before.count, running.process.isRunning {
            try #require(ContinuousClock.now - start < .seconds(60))
            usleep(5000)
        }
        kill(running.process.processIdentifier, signal)
        let outcome = try running.finish()
        #expect(outcome.exitCode == 130 && !outcome.wasKilled)
        #expect(outcome.errors == "jointrank: interrupted\n")
        #expect(outcome.output == "")
        #expect(try workspace.folder.contents() == before)
    }
}
