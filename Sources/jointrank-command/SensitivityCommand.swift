internal import ArgumentParser
internal import JointRank
internal import Reporting

struct SensitivityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sensitivity", abstract: "Sets predicted changes of the loss beside measured ones, layer by layer.",
        discussion: "Example: jointrank sensitivity model.onnx --calibration valid.npz --ranks 5")

    @Argument(help: "An ONNX file.")
    var model: String

    @Option(help: .labelledSamples)
    var calibration: String

    @Option(parsing: .unconditional, help: "Ranks to measure in each layer.")
    var ranks = 5

    @OptionGroup var dataArguments: DataArguments

    @Option(help: ArgumentHelp("Look only at layers whose names match; may be repeated.", valueName: "pattern"))
    var include: [String] = []

    @Option(help: "Seed of the splits and of the drawn output directions.")
    var seed: UInt64 = 0

    @Option(parsing: .unconditional, help: "Threads that work on one operator.")
    var threads = 2

    @OptionGroup var output: OutputArguments

    func run() async throws {
        let printer = output.progress()
        try await Interruption.cancelling {
            try Failure.reported(printer) {
                let options = CompressionOptions(
                    model: model, calibration: calibration, output: "", mode: .lossless, data: dataArguments.options, include: include,
                    seed: seed, threads: threads)
                printer?.show(recipe: try recipe)
                let report = try SensitivityAnalysis(options, ranksPerLayer: ranks).run { printer?.show($0) }
                printer?.finish()
                print(try output.json ? report.jsonText() : report.text())
                return .success
            }
        }
    }

    private var recipe: OptionTexts {
        get throws {
            var recipe = try OptionTexts(dataArguments.options)
            try recipe.set([
                "model": model, "calibration": calibration, "ranks": ranks, "include": include, "seed": seed, "threads": threads,
            ])
            return recipe
        }
    }
}
