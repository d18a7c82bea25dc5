internal import ArgumentParser
internal import Foundation
internal import JointRank
internal import Reporting

struct FrontierCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "frontier", abstract: "Measures a model at many sizes: loss against parameters, multiply-accumulates and latency.",
        discussion: """
            Example: jointrank frontier model.onnx --calibration valid.npz --html frontier.html

            Calibrates once, walks down from the full size, and judges every point on samples that no choice looked at. The smallest \
            lossless point is marked. Work is kept beside the report, the page or the image, else as <model>.frontier.work.
            """)

    @Argument(help: "An ONNX file.")
    var model: String

    @OptionGroup var samples: CalibrationArguments

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Shares to keep of what is optimized: parameters, multiply-accumulates, time, or the mean of the shares of parameters and time.",
            valueName: "a,b,c"))
    var shares = NumberList(FrontierExplorer.usualShares)

    @Option(help: ArgumentHelp("Keep the models in this folder.", valueName: "folder"))
    var models: String?

    @OptionGroup var dataArguments: DataArguments

    @OptionGroup var factoring: FactoringArguments

    @OptionGroup var providers: ProviderArguments

    @Option(help: ArgumentHelp("Write the figures to this file, as JSON.", valueName: "file"))
    var report: String?

    @Option(help: ArgumentHelp("Draw the frontier as a page.", valueName: "file"))
    var html: String?

    @Option(help: ArgumentHelp("Draw loss against parameters as an image.", valueName: "file"))
    var svg: String?

    @OptionGroup var work: WorkArguments

    @OptionGroup var dryRun: DryRunArguments

    @OptionGroup var output: OutputArguments

    func run() async throws {
        let printer = output.progress()
        try await Interruption.cancelling {
            try Failure.reported(printer) {
                var options = CompressionOptions(
                    model: model, calibration: samples.calibration, holdout: samples.holdout, output: "", mode: .lossless,
                    method: samples.method,
                    omitting: Set(samples.without), optimize: samples.optimize, data: dataArguments.options, include: factoring.include,
                    exclude: factoring.exclude,
                    seed: factoring.seed, threads: factoring.threads, factorType: factoring.factorType,
                    memoryLimit: factoring.memoryLimit?.bytes)
                options.unlabelled = samples.unlabelled
                options.latency = samples.latency.options
                providers.set(in: &options)
                work.set(in: &options, beside: [report, html, svg].compactMap(\.self).first ?? usualStem)
                let explorer = FrontierExplorer(options, shares: shares.values, keepingModelsIn: models)
                if dryRun.isDry {
                    try explorer.estimate { printer?.show($0) }.show(output)
                    return .success
                }
                let files = try ReportFile.all([report, html, svg], sparing: options.reservedFiles())
                var recipe = try OptionTexts(options)
                recipe.remove("mode", "output", "stack")
                try recipe.set(["shares": shares.values, "models": models])
                printer?.show(recipe: recipe)
                let result = try explorer.explore { printer?.show($0) }
                printer?.finish()
                let drawing = FrontierDrawing(result)
                try ReportFile.write([{ try result.jsonText() }, { drawing.html() }, { drawing.svg() }], to: files)
                print(try output.json ? result.jsonText() : result.text())
                return .success
            }
        }
    }

    /// In the folder where the command runs, as the model's may not be the user's.
    private var usualStem: String { (model as NSString).lastPathComponent.withoutSuffix(".onnx") + ".frontier" }
}
