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
            without a --tolerance.
            """)

    @Argument(help: "An ONNX file.")
    var model: String

    @Option(
        help: ArgumentHelp(
            "Labelled samples: .npz or .safetensors with arrays named as the model's inputs, .jsonl, .csv, or a folder of images.",
            valueName: "file"))
    var calibration: String

    @Option(help: ArgumentHelp("Labelled samples to certify the result with.", valueName: "file"))
    var holdout: String?

    @Option(help: "lossless: the best loss. compact: the smallest size whose loss stays within the tolerance.")
    var mode: CompressionOptions.Mode

    @Option(help: "How components and ranks are chosen.")
    var method = Method.joint

    @Option(help: ArgumentHelp("Leave a piece of the joint method out, to see what it brings; may be repeated.", valueName: "piece"))
    var without: [JointPiece] = []

    @Option(help: "size: parameters, whatever that does to latency. latency: measured time. both: parameters, no layer slower.")
    var optimize = Optimization.both

    @Option(
        name: .customLong("keep-params"), parsing: .unconditional,
        help: ArgumentHelp("The most parameters to keep, as a share of all.", valueName: "share"))
    var keepParameters: Double?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The rise of the mean loss that is acceptable, in nats. (default: 0)", valueName: "x"))
    var tolerance: Double?

    @OptionGroup var dataArguments: DataArguments

    @OptionGroup var factoring: FactoringArguments

    @OptionGroup var metric: MetricArguments

    @Option(
        name: .customLong("force-rank"),
        help: ArgumentHelp("Prescribe the rank of matching layers, a number or 'full', instead of searching.", valueName: "pattern=rank"))
    var forcedRanks: [CompressionOptions.ForcedRank] = []

    @Option(
        help: ArgumentHelp(
            """
            Whether products of one value, as query, key and value are, share their first factor; auto plans both ways, and takes what \
            measures better.
            """))
    var stack = Stacking.never

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The file to write. (default: <model>_lowrank.onnx)", valueName: "file"))
    var outputPath: String?

    @Option(
        help: ArgumentHelp(
            "Keep finished work in this folder, so that the same command goes on after an interruption. (default: <output>.work)",
            valueName: "folder"))
    var work: String?

    @Flag(help: "Throw away what an interrupted run has left in the work folder.")
    var restart = false

    @Option(help: ArgumentHelp("Also write the report to this file, as JSON.", valueName: "file"))
    var report: String?

    @Option(help: ArgumentHelp("Also write the report to this file, as a page.", valueName: "file"))
    var html: String?

    @Option(
        name: .customLong("model-card"),
        help: ArgumentHelp(
            "Also write the beginning of a model card for the Hugging Face Hub to this file, as Markdown.", valueName: "file"))
    var modelCard: String?

    @Option(name: .customLong("base-model"), help: ArgumentHelp("The original's name on the Hub, for the model card.", valueName: "name"))
    var baseModel: String?

    @OptionGroup var output: OutputArguments

    func validate() throws {
        if baseModel != nil, modelCard == nil { throw ValidationError("--base-model is for --model-card, which is missing") }
    }

    func run() async throws {
        let printer = output.progress()
        try await Interruption.cancelling {
            try Failure.reported(printer) {
                let options = try options
                let files = try ReportFile.all([report, html, modelCard], sparing: options.reservedFiles())
                var result = try Compressor(options).compress { printer?.show($0) }
                printer?.finish()
                result.command = ["jointrank"] + CommandLine.arguments.dropFirst()
                let finished = result
                let card = ModelCard(finished, baseModel: baseModel)
                try ReportFile.write(
                    [{ try finished.jsonText() }, { CompressionPage(finished).html() }, { card.markdown() }], to: files)
                print(try output.json ? result.jsonText() : result.text())
                return result.output == nil ? Failure.notMet : .success
            }
        }
    }

    private var options: CompressionOptions {
        get throws(JointRankError) {
            let path = outputPath ?? defaultOutput
            var options = CompressionOptions(
                model: model, calibration: calibration, holdout: holdout, output: path, mode: mode, method: method,
                omitting: Set(without), optimize: optimize, keepParameters: keepParameters, tolerance: tolerance,
                data: dataArguments.options,
                include: factoring.include, exclude: factoring.exclude, forcedRanks: forcedRanks, seed: factoring.seed,
                threads: factoring.threads,
                stacking: stack, factorType: factoring.factorType, memoryLimit: factoring.memoryLimit?.bytes, metric: try metric.options())
            options.workFolder = work ?? path + ".work"
            options.restarts = restart
            return options
        }
    }

    private var defaultOutput: String {
        let stem = model.hasSuffix(".onnx") ? String(model.dropLast(5)) : model
        return stem + "_lowrank.onnx"
    }
}

extension CompressionOptions.Mode: ExpressibleByArgument {}
extension Optimization: ExpressibleByArgument {}
extension Method: ExpressibleByArgument {}
extension JointPiece: ExpressibleByArgument {}
extension FactorType: ExpressibleByArgument {}
extension Stacking: ExpressibleByArgument {}

extension CompressionOptions.ForcedRank: ExpressibleByArgument {
    public init?(argument: String) {
        guard let separator = argument.lastIndex(of: "=") else { return nil }
        let value = argument[argument.index(after: separator)...]
        let pattern = String(argument[..<separator])
        if value == "full" {
            self.init(pattern: pattern, rank: nil)
        } else if let rank = Int(value) {
            self.init(pattern: pattern, rank: rank)
        } else {
            return nil
        }
    }
}
