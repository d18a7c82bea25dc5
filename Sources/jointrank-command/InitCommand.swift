internal import ArgumentParser
internal import Foundation
internal import JointRank
internal import Reporting

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Looks at a model, and writes a commented recipe to start with.",
        discussion: """
            Example: jointrank init model.onnx -o recipe.yaml

            What a model does not tell, as how its images were normalised, stands in the recipe as a question. Then: \
            jointrank compress --recipe recipe.yaml
            """)

    @Argument(help: "An ONNX file.")
    var model: String

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The file to write, which must not exist.", valueName: "file"))
    var outputPath = "recipe.yaml"

    func run() throws {
        try Failure.reported(nil) {
            guard !FileManager.default.fileExists(atPath: outputPath) else {
                throw JointRankError(.cannotWrite, "cannot write '\(outputPath)': the file exists")
            }
            let text = RecipeTemplate(try Inspector().inspect(model: model)).text
            do {
                try Data(text.utf8).write(to: URL(fileURLWithPath: outputPath), options: .withoutOverwriting)
            } catch {
                throw JointRankError(.cannotWrite, "cannot write '\(outputPath)': \((error as NSError).localizedDescription)")
            }
            print("written: \(outputPath); answer its questions, then: jointrank compress --recipe \(outputPath)")
            return .success
        }
    }
}
