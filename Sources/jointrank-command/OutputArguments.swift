internal import ArgumentParser
internal import Foundation
internal import JointRank
internal import Reporting

/// What is printed, shared by all commands.
struct OutputArguments: ParsableArguments {
    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    @Flag(help: "No progress on standard error.")
    var quiet = false

    /// Shows progress unless asked not to.
    func progress() -> ProgressPrinter? {
        quiet ? nil : ProgressPrinter()
    }
}

extension ProgressPrinter {
    /// Says what a recipe would have to hold for the same run.
    func show(recipe options: OptionTexts) {
        show(Progress(task: "recipe: \(options.recipe)", completed: 0, total: nil))
    }
}

/// The one place that turns errors into messages and exit codes.
enum Failure {
    /// Runs a command's work.
    static func reported(_ progress: ProgressPrinter?, _ body: () throws -> ExitCode) throws {
        let code: ExitCode
        do {
            code = try body()
            progress?.finish()
        } catch {
            progress?.finish()
            let error = JointRankError(error)
            write(error.description)
            throw ExitCode(error.category.exitCode)
        }
        if code != .success { throw code }
    }

    /// Writes a message of one line to standard error.
    static func write(_ message: String) {
        FileHandle.standardError.write(Data("jointrank: \(message.onOneLine)\n".utf8))
    }

    /// The loss did not pass: nothing was written.
    static let notMet = ExitCode(3)
}

extension JointRankError.Category {
    /// As in BSD's sysexits.h.
    var exitCode: Int32 {
        switch self {
        case .usage: 64
        case .badInput: 65
        case .missingInput: 66
        case .missingRuntime: 69
        case .internalError: 70
        case .outOfMemory: 71
        case .cannotWrite: 73
        case .interrupted: 130
        }
    }
}
