internal import ArgumentParser
internal import JointRank
internal import Reporting

struct CalibrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate", abstract: "First phase of compress: collects what samples say of a model's layers.",
        discussion: """
            Example: jointrank calibrate model.onnx --calibration data.npz -o model.calibration.safetensors

            One calibration serves any number of plans: the next phase is jointrank plan.
            """)

    @Argument(help: "An ONNX file.")
    var model: String

    @OptionGroup var samples: CalibrationArguments

    @Option(
        name: .customLong("keep-params"), parsing: .unconditional,
        help: ArgumentHelp(
            "The share of all parameters that plans are to keep, which decides how convolutions become matrices. (default: half)",
            valueName: "share"))
    var keepParameters: Double?

    @OptionGroup var dataArguments: DataArguments

    @OptionGroup var factoring: FactoringArguments

    @OptionGroup var providers: ProviderArguments

    @Option(help: "Whether products of one value, as query, key and value are, share their first factor: never or always.")
    var stack = Stacking.never

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The file to write. (default: <model>.calibration.safetensors)", valueName: "file"))
    var outputPath: String?

    @OptionGroup var work: WorkArguments

    @OptionGroup var dryRun: DryRunArguments

    @OptionGroup var output: OutputArguments

    func run() async throws {
        let printer = output.progress()
        try await Interruption.cancelling {
            try Failure.reported(printer) {
                let path = outputPath ?? model.withoutSuffix(".onnx") + ".calibration.safetensors"
                var options = CompressionOptions(
                    model: model, calibration: samples.calibration, holdout: samples.holdout, output: "", mode: .compact,
                    method: samples.method, omitting: Set(samples.without), optimize: samples.optimize, keepParameters: keepParameters,
                    data: dataArguments.options, include: factoring.include, exclude: factoring.exclude, seed: factoring.seed,
                    threads: factoring.threads, stacking: stack, factorType: factoring.factorType,
                    memoryLimit: factoring.memoryLimit?.bytes)
                options.unlabelled = samples.unlabelled
                options.latency = samples.latency.options
                providers.set(in: &options)
                work.set(in: &options, beside: path)
                var recipe = try OptionTexts(options)
                recipe.remove("mode")
                try recipe.set(["output": path])
                printer?.show(recipe: recipe)
                if dryRun.isDry {
                    try CalibrationPhase(options).estimate { printer?.show($0) }.show(output)
                    return .success
                }
                let summary = try CalibrationPhase(options).run(writing: path) { printer?.show($0) }
                printer?.finish()
                print(try output.json ? summary.jsonText() : summary.text())
                return .success
            }
        }
    }
}
