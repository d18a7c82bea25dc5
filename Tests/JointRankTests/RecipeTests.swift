import Foundation
import Reporting
import TestSupport
import Testing

@Suite("Recipes")
struct RecipeTests {
    private let workspace: Workspace

    init() throws {
        workspace = try Workspace()
    }

    private func write(_ text: String) throws {
        try workspace.folder.write(Data(text.utf8), to: "recipe.yaml")
    }

    private func report(_ arguments: String...) throws -> CompressionReport {
        let outcome = try Command.run(["compress"] + arguments + ["--recipe", "recipe.yaml", "--json"], in: workspace.folder.path)
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
        return try JSONDecoder().decode(CompressionReport.self, from: Data(outcome.output.utf8))
    }

    @Test("Options of a recipe count like those of the command line, and those of the command line override them")
    func options() throws {
        try write(
            """
            # A comment.
            model: model.onnx
            calibration: data.npz
            mode: lossless
            force-rank: ["*=2"]
            optimize: size
            threads: 1
            seed: 7
            output: from-recipe.onnx
            quiet: yes
            restart: no
            """)
        let first = try report()
        #expect(first.output == "from-recipe.onnx" && first.seed == 7 && first.threads == 1)
        #expect(first.layers.compactMap(\.rank).allSatisfy { $0 == 2 })
        let second = try report("model.onnx", "--seed", "8", "-o", "other.onnx", "--force-rank", "*=1")
        #expect(second.output == "other.onnx" && second.seed == 8)
        #expect(second.layers.compactMap(\.rank).allSatisfy { $0 == 1 })
    }

    @Test("What is no recipe is an error that names the file")
    func noRecipes() throws {
        let command = ["compress", "model.onnx", "--quiet", "--recipe", "recipe.yaml"]
        for (text, message) in [
            ("- a\n- b\n", "'recipe.yaml' is no recipe: it is not a mapping"), ("mode: [a, {b: c}]", "'mode' is a list of other things"),
            ("mode: {a: b}", "'mode' is neither a value nor a list"), ("restart: perhaps", "'restart' is yes or no"),
            ("a: b: c", "'recipe.yaml' is no recipe: "), ("recipe: other.yaml", "it names another recipe"),
        ] {
            try write(text)
            try workspace.expectFailure(command, exitCode: 65, message)
        }
        // Aliases of aliases: a text of a few lines that stands for 10^9 values.
        let bomb =
            "a: &a [x]\n"
            + "bcdefghij".map { "\($0): &\($0) [\(Array(repeating: "*\(previous($0))", count: 10).joined(separator: ","))]\n" }.joined()
        try write(bomb)
        try workspace.expectFailure(command, exitCode: 65, "'b' is a list of other things than values")
        try workspace.expectFailure(["compress", "--recipe", "none.yaml"], exitCode: 66, "'none.yaml' does not exist")
        try workspace.expectFailure(["compress", "--recipe", "/dev/zero"], exitCode: 65, "'/dev/zero' is no recipe")
        try workspace.expectFailure(["compress", "--recipe"], exitCode: 64, "--recipe: the file is missing")
        try write("unknown: 1\nmode: compact\ncalibration: data.npz")
        try workspace.expectFailure(command, exitCode: 64, "unknown")
    }

    private func previous(_ letter: Character) -> String {
        String(UnicodeScalar((letter.asciiValue ?? 98) - 1))
    }

    @Test("A run says its recipe, which another run takes")
    func printed() throws {
        let outcome = try Command.run(
            [
                "compress", "model.onnx", "--calibration", "data.npz", "--mode", "lossless", "--force-rank", "*=2", "--optimize", "size",
                "--threads", "1", "--seed", "3", "-o", "first.onnx",
            ], in: workspace.folder.path)
        let line = try #require(outcome.errorLines.first { $0.hasPrefix("recipe: ") })
        try write(String(line.dropFirst("recipe: ".count)))
        #expect(
            try Command.run(["compress", "--recipe", "recipe.yaml", "-o", "second.onnx", "--quiet"], in: workspace.folder.path).exitCode
                == 0)
        #expect(try workspace.folder.read("first.onnx") == workspace.folder.read("second.onnx"))
    }

    @Test("init writes a recipe with what the model tells, and asks for the rest")
    func template() throws {
        let outcome = try Command.run(["init", "model.onnx"], in: workspace.folder.path)
        #expect(outcome.exitCode == 0 && outcome.output.hasPrefix("written: recipe.yaml"))
        let text = String(decoding: try workspace.folder.read("recipe.yaml"), as: UTF8.self)
        #expect(text.contains("model: 'model.onnx'") && text.contains("loss: cross-entropy"))
        #expect(text.contains("How were they normalised in training?") && text.contains("# scale:"))
        // It is complete: nothing but the file of the data had to be right.
        let run = try Command.run(
            ["compress", "--recipe", "recipe.yaml", "--force-rank", "*=2", "--optimize", "size", "--quiet"], in: workspace.folder.path)
        #expect([0, 3].contains(run.exitCode), "\(run.errors)")
        try workspace.expectFailure(["init", "model.onnx"], exitCode: 73, "cannot write 'recipe.yaml': the file exists")
    }
}
