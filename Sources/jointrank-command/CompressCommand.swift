public import ArgumentParser
internal import Foundation
public import JointRank
internal import Reporting

struct CompressCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compress", abstract: "Writes a smaller model that is measured to be no worse.",
        discussion: """
            Example: jointrank compress model.onnx --calibration valid.npz --mode compact -o small.onnx

            The calibration data should not be what the model was trained on. Without --holdout a seeded quarter of it is set aside to \
            certify the result. Nothing is written where the result does not pass, except at a size that --keep-params asks for \
            in mode lossless without --max-drop and --tolerance.
            """)

    @Argument(help: "An ONNX file.")
    var model: String

    @OptionGroup var samples: CalibrationArguments

    @OptionGroup var planning: PlanningArguments

    @OptionGroup var dataArguments: DataArguments

    @OptionGroup var factoring: FactoringArguments

    @OptionGroup var providers: ProviderArguments

    @OptionGroup var metric: MetricArguments

    @Option(
        help: ArgumentHelp(
            """
            Whether products of one value, as query, key and value are, share their first factor; auto plans both ways, and takes what \
            measures better.
            """))
    var stack = Stacking.never

    @Flag(
        name: .customLong("fold-temperature"),
        help: """
            Divide the result's logits, in its last layer, by the temperature at which its loss is lowest on the fit and select samples. \
            Answers stay the same, rounding aside, and the report says what was done.
            """)
    var foldsTemperature = false

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The file to write. (default: <model>_lowrank.onnx)", valueName: "file"))
    var outputPath: String?

    @OptionGroup var work: WorkArguments

    @OptionGroup var dryRun: DryRunArguments

    @OptionGroup var reports: ReportArguments

    @OptionGroup var output: OutputArguments

    func run() async throws {
        let printer = output.progress()
        try await Interruption.cancelling {
            try Failure.reported(printer) {
                let options = try options
                if dryRun.isDry {
                    try Compressor(options).estimate { printer?.show($0) }.show(output)
                    return .success
                }
                let files = try reports.files(sparing: options.reservedFiles())
                var recipe = try OptionTexts(options)
                try planning.set(in: &recipe)
                try metric.set(in: &recipe)
                try recipe.set(["fold-temperature": foldsTemperature ? true : nil])
                printer?.show(recipe: recipe)
                var result = try Compressor(options).compress { printer?.show($0) }
                printer?.finish()
                result.tell(command: ["jointrank"] + CommandLine.arguments.dropFirst())
                try reports.write(result, to: files)
                print(try output.json ? result.jsonText() : result.text())
                return result.output == nil ? Failure.notMet : .success
            }
        }
    }

    private var options: CompressionOptions {
        get throws(JointRankError) {
            let path = outputPath ?? model.withoutSuffix(".onnx") + "_lowrank.onnx"
            var options = CompressionOptions(
                model: model, calibration: samples.calibration, holdout: samples.holdout, output: path, mode: planning.mode,
                method: samples.method,
                omitting: Set(samples.without), optimize: samples.optimize, keepParameters: planning.keepParameters,
                keepMacs: planning.keepMacs, keepLatency: planning.keepLatency,
                tolerance: planning.limits.tolerance, maximumDrop: planning.limits.maximumDrop?.share,
                data: dataArguments.options,
                include: factoring.include, exclude: factoring.exclude, forcedRanks: planning.forcedRanks, seed: factoring.seed,
                threads: factoring.threads,
                stacking: stack, factorType: factoring.factorType, memoryLimit: factoring.memoryLimit?.bytes, metric: try metric.options())
            options.unlabelled = samples.unlabelled
            options.latency = samples.latency.options
            options.measuresLayers = planning.measuresLayers
            options.foldsTemperature = foldsTemperature
            providers.set(in: &options)
            work.set(in: &options, beside: path)
            return options
        }
    }
}

extension CompressionOptions.Mode: ExpressibleByArgument {}
extension Optimization: ExpressibleByArgument {}
extension Method: ExpressibleByArgument {}
extension Ablation: ExpressibleByArgument {}
extension FactorType: ExpressibleByArgument {}
extension Stacking: ExpressibleByArgument {}

extension CompressionOptions.ForcedRank: ExpressibleByArgument {
    public init?(argument: String) {
        self.init(argument)
    }
}
