internal import ArgumentParser
internal import JointRank
internal import Reporting

struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Measures a model's loss and the metrics that belong to it, alone or against another model.",
        discussion: "Example: jointrank evaluate small.onnx --data test.npz --against model.onnx")

    @Argument(help: "An ONNX file.")
    var model: String

    @Option(help: .labelledSamples)
    var data: String

    @Option(help: ArgumentHelp("Another ONNX file, to compare with sample by sample.", valueName: "model"))
    var against: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The rise of the mean loss that is acceptable, to say how many samples it takes to see that.", valueName: "x"))
    var tolerance = 0.0

    @OptionGroup var dataArguments: DataArguments

    @Option(parsing: .unconditional, help: "Threads that work on one operator.")
    var threads = 2

    @Option(
        help: ArgumentHelp(
            "Where models run: cpu, cuda, openvino, or another execution provider of ONNX Runtime, with settings of its own.",
            valueName: ProviderArguments.form),
        transform: ProviderOption.init(parsing:))
    var provider = ProviderOption.cpu

    @OptionGroup var output: OutputArguments

    func run() async throws {
        let printer = output.progress()
        try await Interruption.cancelling {
            try Failure.reported(printer) {
                var evaluator = Evaluator(data: dataArguments.options, threads: threads, tolerance: tolerance)
                evaluator.provider = provider
                printer?.show(recipe: try recipe)
                let report = try evaluator.evaluate(model: model, on: data, against: against) { printer?.show($0) }
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
                "model": model, "data": data, "against": against, "tolerance": tolerance, "threads": threads,
                "provider": provider == .cpu ? nil : provider,
            ])
            return recipe
        }
    }
}
