internal import ArgumentParser
internal import Foundation
internal import JointRank
internal import Reporting

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Last phase of compress: judges a model on the samples that its plan has set aside.",
        discussion: """
            Example: jointrank verify model.plan.json small.onnx --html report.html

            Prints the report that compress prints, by the limits of the plan unless others are given. Exit code 3 where the model does not pass; the file stays where it is. A set of samples \
            that is looked at more than once, to try edited plans, is no longer set aside: certify the last one with other data.
            """)

    @Argument(help: "The plan.")
    var plan: String

    @Argument(help: "The model that was written from it.")
    var model: String

    @OptionGroup var limits: LimitArguments

    @OptionGroup var metric: MetricArguments

    @OptionGroup var reports: ReportArguments

    @OptionGroup var output: OutputArguments

    func run() async throws {
        let printer = output.progress()
        try await Interruption.cancelling {
            try Failure.reported(printer) {
                let files = try reports.files(sparing: ReservedFiles([plan, model]))
                var recipe = OptionTexts()
                try recipe.set(["plan": plan, "model": model])
                try limits.set(in: &recipe)
                try metric.set(in: &recipe)
                printer?.show(recipe: recipe)
                let phase = VerifyPhase(
                    plan, metric: try metric.options(), tolerance: limits.tolerance, maximumDrop: limits.maximumDrop?.share)
                var result = try phase.run(on: model) { printer?.show($0) }
                printer?.finish()
                result.tell(command: ["jointrank"] + CommandLine.arguments.dropFirst())
                try reports.write(result, to: files)
                print(try output.json ? result.jsonText() : result.text())
                return result.output == nil ? Failure.notMet : .success
            }
        }
    }
}
