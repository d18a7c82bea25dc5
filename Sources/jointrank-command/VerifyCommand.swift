internal import ArgumentParser
internal import Foundation
internal import JointRank
internal import Reporting

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Last phase of compress: judges a model on the samples that its plan has set aside.",
        discussion: """
            Example: jointrank verify model.plan.json small.onnx --html report.html

            Prints the report that compress prints. Exit code 3 where the model does not pass; the file stays where it is. A set of samples \
            that is looked at more than once, to try edited plans, is no longer set aside: certify the last one with other data.
            """)

    @Argument(help: "The plan.")
    var plan: String

    @Argument(help: "The model that was written from it.")
    var model: String

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
                try metric.set(in: &recipe)
                printer?.show(recipe: recipe)
                var result = try VerifyPhase(plan, metric: try metric.options()).run(on: model) { printer?.show($0) }
                printer?.finish()
                result.command = ["jointrank"] + CommandLine.arguments.dropFirst()
                try reports.write(result, to: files)
                print(try output.json ? result.jsonText() : result.text())
                return result.output == nil ? Failure.notMet : .success
            }
        }
    }
}
