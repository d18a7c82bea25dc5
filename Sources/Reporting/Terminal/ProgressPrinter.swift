internal import Foundation
internal import Synchronization

/// Writes progress to standard error: a line that redraws itself on a terminal, else a plain line whenever a task starts or ends.
public final class ProgressPrinter: Sendable {
    private struct State {
        var task = ""
        var started = ContinuousClock.now
        var lastDrawn: ContinuousClock.Instant?
        var width = 0
    }

    private let isTerminal: Bool
    private let state = Mutex(State())

    /// - Parameter isTerminal: whether lines may be redrawn; nil asks standard error itself.
    public init(isTerminal: Bool? = nil) {
        self.isTerminal = isTerminal ?? (isatty(STDERR_FILENO) == 1)
    }

    /// Writes what is due.
    public func show(_ progress: Progress) {
        state.withLock { state in
            let now = ContinuousClock.now
            let isNew = state.task != progress.task
            if isNew {
                finishLine(&state)
                state.task = progress.task
                state.started = now
                state.lastDrawn = nil
            }
            let isLast = progress.completed == progress.total
            if isTerminal {
                let due = state.lastDrawn.map { now - $0 > .milliseconds(100) } ?? true
                guard due || isLast else { return }
                state.lastDrawn = now
                draw(ProgressPrinter.line(progress, elapsed: (now - state.started).seconds), &state)
                if isLast { finishLine(&state) }
            } else if isNew || isLast {
                write(ProgressPrinter.line(progress, elapsed: (now - state.started).seconds) + "\n")
            }
        }
    }

    /// Ends a line that is still being redrawn, before other output.
    public func finish() {
        state.withLock { finishLine(&$0) }
    }

    /// `calibrating 120/350, 34 %, 12 s left`
    static func line(_ progress: Progress, elapsed: Double) -> String {
        guard let total = progress.total, total > 0 else {
            return progress.completed == 0 ? progress.task : "\(progress.task): \(progress.completed)"
        }
        // The time left is not known before some time has passed.
        guard progress.completed > 0, elapsed >= 0.05 || progress.completed >= total else { return "\(progress.task): \(total) to do" }
        if progress.completed >= total { return "\(progress.task): \(total) done in \(NumberText.duration(seconds: elapsed))" }
        let left = elapsed / Double(progress.completed) * Double(total - progress.completed)
        let percent = 100 * progress.completed / total
        return "\(progress.task): \(progress.completed)/\(total), \(percent) %, \(NumberText.duration(seconds: left)) left"
    }

    private func draw(_ line: String, _ state: inout State) {
        let padding = String(repeating: " ", count: max(0, state.width - line.count))
        state.width = line.count
        write("\r" + line + padding)
    }

    private func finishLine(_ state: inout State) {
        guard state.width > 0 else { return }
        state.width = 0
        write("\n")
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}

extension Duration {
    /// The whole duration in seconds.
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
