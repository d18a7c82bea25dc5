internal import ArgumentParser
internal import JointRank
internal import Reporting

struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Lists a model's layers and which of them can be factored.",
        discussion: "Example: jointrank inspect model.onnx")

    @Argument(help: "An ONNX file.")
    var model: String

    @OptionGroup var output: OutputArguments

    func run() async throws {
        try Failure.reported(nil) {
            let report = try Inspector().inspect(model: model)
            print(try output.json ? report.jsonText() : report.text())
            return .success
        }
    }
}
