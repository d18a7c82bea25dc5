internal import ArgumentParser
internal import Files
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
            do throws(FileError) {
                // In its own place from the start, as it may take nobody's.
                try OutputFile.write(text.utf8, to: outputPath, temporaryPath: outputPath)
            } catch {
                throw JointRankError(.cannotWrite, "cannot write '\(outputPath)': \(error.reason)")
            }
            print("written: \(outputPath); answer its questions, then: jointrank compress --recipe \(outputPath)")
            return .success
        }
    }
}
