internal import ArgumentParser
internal import JointRank
internal import Reporting

struct ApplyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Third phase of compress: writes the model that a plan describes.",
        discussion: """
            Example: jointrank apply model.plan.json -o small.onnx

            Needs no data. Nothing is judged: jointrank verify does that.
            """)

    @Argument(help: "What jointrank plan has written, perhaps edited.")
    var plan: String

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The file to write. (default: <model>_lowrank.onnx)", valueName: "file"))
    var outputPath: String?

    @OptionGroup var output: OutputArguments

    func run() throws {
        try Failure.reported(nil) {
            let path = outputPath ?? plan.withoutSuffix(".json").withoutSuffix(".plan") + "_lowrank.onnx"
            let summary = try ApplyPhase(plan).run(writing: path)
            print(try output.json ? summary.jsonText() : summary.text())
            return .success
        }
    }
}
