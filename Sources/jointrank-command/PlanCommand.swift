internal import ArgumentParser
internal import JointRank
internal import Reporting

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Second phase of compress: chooses a rank for each layer.",
        discussion: """
            Example: jointrank plan model.calibration.safetensors --mode lossless --keep-params 0.5 -o model.plan.json

            Takes model, data and all other options from the calibration, and refuses if one of these files is no longer what it was. \
            The plan is JSON: lower the rank of a layer, or take a layer out, and hand it to jointrank apply.
            """)

    @Argument(help: "What jointrank calibrate has written.")
    var calibration: String

    @OptionGroup var planning: PlanningArguments

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp(
            "The file to write; the factors go to a .safetensors file beside it. (default: <model>.plan.json)", valueName: "file"))
    var outputPath: String?

    @OptionGroup var work: WorkArguments

    @OptionGroup var dryRun: DryRunArguments

    @OptionGroup var output: OutputArguments

    func run() async throws {
        let printer = output.progress()
        try await Interruption.cancelling {
            try Failure.reported(printer) {
                let path = outputPath ?? calibration.withoutSuffix(".safetensors").withoutSuffix(".calibration") + ".plan.json"
                let phase = PlanPhase(from: calibration) { options in
                    options.mode = planning.mode
                    options.keepParameters = planning.keepParameters
                    options.keepMacs = planning.keepMacs
                    options.keepLatency = planning.keepLatency
                    options.tolerance = planning.limits.tolerance
                    options.maximumDrop = planning.limits.maximumDrop?.share
                    options.forcedRanks = planning.forcedRanks
                    options.measuresLayers = planning.measuresLayers
                    work.set(in: &options, beside: path)
                }
                printer?.show(recipe: try recipe(writing: path))
                if dryRun.isDry {
                    try phase.estimate { printer?.show($0) }.show(output)
                    return .success
                }
                var summary = try phase.run(writing: path) { printer?.show($0) }
                printer?.finish()
                summary.retry = summary.retry?.repeating(["jointrank"] + CommandLine.arguments.dropFirst())
                print(try output.json ? summary.jsonText() : summary.text())
                return summary.output == nil ? Failure.notMet : .success
            }
        }
    }

    private func recipe(writing path: String) throws -> OptionTexts {
        var recipe = OptionTexts()
        try recipe.set(["calibration": calibration, "output": path])
        try planning.set(in: &recipe)
        return recipe
    }
}
