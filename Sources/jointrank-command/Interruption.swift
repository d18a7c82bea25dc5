internal import ArgumentParser
internal import Dispatch
internal import Foundation

/// Ctrl-C as cancellation of a task, so that temporary files are removed on the way out.
enum Interruption {
    /// Runs a command's work, and ends the process with it.
    static func cancelling(_ body: @escaping @Sendable () throws -> Void) async throws {
        // Before the work starts, or a signal could end the process in the middle of it.
        signal(SIGINT, SIG_IGN)
        signal(SIGTERM, SIG_IGN)
        let work = Task {
            // On this thread: where memory is short there may be no other one to go on with, and Dispatch waits for one for ever.
            do { try body() } catch { JointRankCommand.exit(withError: error) }
            JointRankCommand.exit()
        }
        let sources = [SIGINT, SIGTERM].map { number in
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler {
                // Work between two checks of its cancellation can be long: who asks twice does not wait.
                if work.isCancelled { _exit(130) }
                work.cancel()
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        await work.value
    }
}
