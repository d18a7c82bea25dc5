internal import ArgumentParser
internal import JointRank
internal import Reporting

struct LatencyModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency-models", abstract: "Writes a model's layers, to time them on another device.",
        discussion: """
            Example: jointrank latency-models model.onnx -o layers

            The folder holds each layer as a model of its own, dense and factored, the whole model, and time_layers.py, which times them on the \
            device with ONNX Runtime and writes a table. compress, calibrate and frontier choose ranks by that table with --latency-table. \
            Weight matrices and kernels have made-up values there.
            """)

    @Argument(help: "An ONNX file.")
    var model: String

    @Option(name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("The folder to make.", valueName: "folder"))
    var outputPath: String

    @Option(
        name: .customLong("latency-batch"), parsing: .unconditional,
        help: ArgumentHelp("Samples in a run. (default: what the model fixes, else 1)", valueName: "samples"))
    var batch: Int?

    @Option(
        help: ArgumentHelp("Samples that show how long inputs are, where the model leaves open more than the batch.", valueName: "file"))
    var calibration: String?

    @OptionGroup var dataArguments: DataArguments

    @OptionGroup var output: OutputArguments

    func run() async throws {
        let printer = output.progress()
        try await Interruption.cancelling {
            try Failure.reported(printer) {
                let models = LatencyModels(model, batch: batch, calibration: calibration, data: dataArguments.options)
                let summary = try models.write(to: outputPath) { printer?.show($0) }
                printer?.finish()
                print(try output.json ? summary.jsonText() : summary.text())
                return .success
            }
        }
    }
}
