internal import ArgumentParser
internal import Foundation
internal import JointRank
internal import Reporting

struct ExportFactorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export-factors", abstract: "Writes a compressed model's factors as weights of PyTorch modules.",
        discussion: """
            Example: jointrank export-factors small.onnx --original model.onnx -o factors.safetensors

            The safetensors file holds each factored layer's two or three weights and its bias, and in its metadata, as the text \
            'jointrank.factors', which torch.nn modules they belong to; --json prints the same. Examples/PyTorch/load_factors.py puts them \
            into a PyTorch model.
            """)

    @Argument(help: "An ONNX file that compress wrote.")
    var model: String

    @Option(help: ArgumentHelp("The ONNX file that it was made from.", valueName: "model"))
    var original: String

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The file to write, by default <model>_factors.safetensors.", valueName: "file"))
    var output: String?

    @OptionGroup var outputArguments: OutputArguments

    func run() async throws {
        try Failure.reported(nil) {
            let stem = (model as NSString).deletingPathExtension
            let path = output ?? stem + "_factors.safetensors"
            let map = try FactorExporter().export(model: model, original: original, to: path)
            print(try outputArguments.json ? map.jsonText() : map.text() + "\n\nwritten: \(path.onOneLine)")
            return .success
        }
    }
}
