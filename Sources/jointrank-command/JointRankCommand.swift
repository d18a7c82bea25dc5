internal import ArgumentParser
internal import Foundation
internal import JointRank

@main
struct JointRankCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jointrank",
        abstract: "Makes trained neural networks smaller without making them worse.",
        discussion: """
            Takes an ONNX model and labelled data, replaces weights by low-rank factors chosen by the model's own loss, and writes an ONNX \
            model that any runtime runs. What is reported is measured on the written file.

            --recipe FILE, with any command, takes options from a YAML file; jointrank init writes one to start with.

            Exit codes: 0 done; 3 nothing acceptable found, nothing written; 64 usage; 65 bad model or data; 66 input missing; \
            69 ONNX Runtime missing, or without the provider; 70 internal error; 71 out of memory; 73 cannot write; 130 interrupted.
            """,
        version: Compressor.version,
        subcommands: [
            InspectCommand.self, InitCommand.self, CompressCommand.self, EvaluateCommand.self, FrontierCommand.self,
            SensitivityCommand.self, ExportFactorsCommand.self, LatencyModelsCommand.self,
        ],
        groupedSubcommands: [
            CommandGroup(
                name: "Stages of compress",
                subcommands: [CalibrateCommand.self, PlanCommand.self, ApplyCommand.self, VerifyCommand.self])
        ])

    /// As the protocol's own, except that a usage error is one line, like every other error.
    static func main() async {
        Restart.withBetterKernels()
        // Beyond a limit of the shell's, a write fails like one to a full disk, with a message, in place of ending the process.
        signal(SIGXFSZ, SIG_IGN)
        #if os(Linux)
            // OpenBLAS's own end waits for its threads, and these for memory, for ever where there is none.
            let end: @convention(c) (Int32, UnsafeMutableRawPointer?) -> Void = { code, _ in
                fflush(nil)
                _exit(code)
            }
            on_exit(end, nil)
        #endif
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            var command = try parseAsRoot(RecipeArguments.expanded(arguments))
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as JointRankError {
            Failure.write(error.description)
            exit(withError: ExitCode(error.category.exitCode))
        } catch {
            // Commands report their own failures, and end in an exit code.
            guard exitCode(for: error) == .validationFailure, !(error is ExitCode) else { exit(withError: error) }
            Failure.write(RecipeArguments.located(message(for: error), arguments))
            exit(withError: ExitCode.validationFailure)
        }
    }
}
