import Foundation
import TestSupport
import Testing

extension Workspace {
    /// Runs the command, and kills it when it is time. What makes it time is still true then.
    func kill(_ arguments: [String], when isTime: (Workspace) -> Bool) throws {
        let running = try Command.start(arguments, in: folder.path)
        let start = ContinuousClock.now
        let process = running.process.processIdentifier
        while running.process.isRunning {
            try #require(ContinuousClock.now - start < .seconds(120))
            if isTime(self) {
                // What is seen of a process that goes on may be over by now.
                Foundation.kill(process, SIGSTOP)
                usleep(1000)
                if isTime(self) { break }
                Foundation.kill(process, SIGCONT)
            }
            usleep(1000)
        }
        Foundation.kill(process, SIGKILL)
        let outcome = try running.finish()
        try #require(outcome.wasKilled, "the run was over before it could be killed: \(outcome.errors)")
    }

    /// The pieces of work that a work folder holds.
    func entries(_ name: String = "small.onnx.work") -> [String] {
        let all = FileManager.default.subpaths(atPath: folder.path("\(name)/entries")) ?? []
        return all.filter { $0.hasSuffix(".safetensors") }.sorted()
    }
}
