internal import ArgumentParser
internal import JointRank
internal import Reporting

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Second stage of compress: chooses a rank for each layer.",
        discussion: """
            Example: jointrank plan model.calibration.safetensors --mode lossless --keep-params 0.5 -o model.plan.json

            Takes model, data and all other options from the calibration, and refuses if one of these files is no longer what it was. \
            The plan is JSON: lower the rank of a layer, or take a layer out, and hand it to jointrank apply.
            """)

    @Argument(help: "What jointrank calibrate has written.")
    var calibration: String

    @Option(help: "lossless: the best loss. compact: the smallest size whose loss stays within the tolerance.")
    var mode: CompressionOptions.Mode

    @Option(
        name: .customLong("keep-params"), parsing: .unconditional,
        help: ArgumentHelp("The most parameters to keep, as a share of all.", valueName: "share"))
    var keepParameters: Double?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The rise of the mean loss that is acceptable, in nats. (default: 0)", valueName: "x"))
    var tolerance: Double?

    @Option(
        name: .customLong("force-rank"),
        help: ArgumentHelp("Prescribe the rank of matching layers, a number or 'full', instead of searching.", valueName: "pattern=rank"))
    var forcedRanks: [CompressionOptions.ForcedRank] = []

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp(
            "The file to write; the factors go to a .safetensors file beside it. (default: <model>.plan.json)", valueName: "file"))
    var outputPath: String?

    @OptionGroup var work: WorkArguments

    @OptionGroup var output: OutputArguments

    func run() async throws {
        let printer = output.progress()
        try await Interruption.cancelling {
            try Failure.reported(printer) {
                let path = outputPath ?? calibration.withoutSuffix(".safetensors").withoutSuffix(".calibration") + ".plan.json"
                let stage = PlanStage(from: calibration) { options in
                    options.mode = mode
                    options.keepParameters = keepParameters
                    options.tolerance = tolerance
                    options.forcedRanks = forcedRanks
                    work.set(in: &options, beside: path)
                }
                let summary = try stage.run(writing: path) { printer?.show($0) }
                printer?.finish()
                print(try output.json ? summary.jsonText() : summary.text())
                return summary.output == nil ? Failure.notMet : .success
            }
        }
    }
}
