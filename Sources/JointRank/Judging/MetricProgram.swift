internal import Foundation
internal import Reporting

/// Runs the user's judge on a model file.
struct MetricProgram: Sendable {
    private let options: MetricOptions

    init(_ options: MetricOptions) {
        self.options = options
    }

    /// The number that the program's last line holds.
    ///
    /// Blocks; ends the program where the task is cancelled or the time is over.
    ///
    /// - Throws: ``JointRankError`` for a program that cannot be started, fails, or prints no finite number; `CancellationError`.
    func measure(_ model: String, progress: ProgressHandler?) throws -> Double {
        progress?(Progress(task: "running \(name)", completed: 0, total: nil))
        let path = URL(fileURLWithPath: model).path
        let outcome = try ChildProcess(arguments(for: path)).finish(within: options.timeLimit)
        switch outcome.end {
        case .timeLimit: throw failure("it took longer than \(options.timeLimit) s", outcome)
        case .signal(let number): throw failure("it was ended by signal \(number)", outcome)
        case .exit(let code) where code != 0: throw failure("it ended with exit code \(code)", outcome)
        case .exit: break
        }
        let last = outcome.output.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.last { !$0.isEmpty }
        guard let last else { throw failure("it printed nothing; its last line must be a number", outcome) }
        guard let value = Double(last) else { throw failure("its last line '\(last.prefix(200))' is no number", outcome) }
        guard value.isFinite else { throw failure("its result \(value) is not finite", outcome) }
        return value
    }

    private var name: String { "'\(options.command[0])'" }

    private func arguments(for path: String) -> [String] {
        guard options.command.contains(where: { $0.contains("{}") }) else { return options.command + [path] }
        return options.command.map { $0.replacing("{}", with: path) }
    }

    private func failure(_ reason: String, _ outcome: ChildProcess.Outcome) -> JointRankError {
        let lines = outcome.errors.split(whereSeparator: \.isNewline).suffix(3).joined(separator: " | ")
        return JointRankError(.badInput, "--metric-command \(name): \(reason)\(lines.isEmpty ? "" : ": \(lines)")")
    }
}
