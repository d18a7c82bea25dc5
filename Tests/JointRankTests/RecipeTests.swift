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
            ("a: b: c", "'recipe.yaml' is no recipe: mapping values are not allowed in this context, in line 1, column 5"),
            ("mode: compact\nmode: lossless", "a name stands there twice, in line 1, column 1"), ("1: a\n'1': b", "'1' stands there twice"),
            ("recipe: other.yaml", "it names another recipe"),
        ] {
            try write(text)
            try workspace.expectFailure(command, exitCode: 65, message)
        }
        // Aliases of aliases: a text of a few lines that stands for 10^9 values.
        let bomb =
            "a: &a [x]\n"
            + "bcdefghij".map { "\($0): &\($0) [\(Array(repeating: "*\(previous($0))", count: 10).joined(separator: ","))]\n" }.joined()
        try write(bomb)
        try workspace.expectFailure(command, exitCode: 65, "'recipe.yaml' is no recipe: its aliases stand for too much")
        try workspace.expectFailure(["compress", "--recipe", "none.yaml"], exitCode: 66, "'none.yaml' does not exist")
        try workspace.expectFailure(["compress", "--recipe", "/dev/zero"], exitCode: 65, "'/dev/zero' is no recipe")
        try workspace.expectFailure(["compress", "--recipe"], exitCode: 64, "--recipe: the file is missing")
        try write("unknown: 1\nmode: compact\ncalibration: data.npz")
        try workspace.expectFailure(command, exitCode: 64, "Unknown option '--unknown', which the recipe holds")
        try workspace.expectFailure(command + ["--unknown", "2"], exitCode: 64, "Unknown option '--unknown'")
    }

    private func previous(_ letter: Character) -> String {
        String(UnicodeScalar((letter.asciiValue ?? 98) - 1))
    }

    /// Commands that read samples, and what they need.
    private static let commands = [
        [
            "compress", "model.onnx", "--calibration", "data.npz", "--mode", "lossless", "--force-rank", "*=2", "--optimize", "size",
            "--seed",
            "3", "--metric-command", "sh -c 'echo 0.5'", "--metric-direction", "lower", "--measure-layers", "-o", "small.onnx",
        ],
        ["calibrate", "model.onnx", "--calibration", "data.npz", "--optimize", "size", "--method", "svd", "--keep-params", "0.6"],
        ["plan", "model.calibration.safetensors", "--mode", "lossless", "--keep-params", "0.6"],
        ["verify", "model.plan.json", "applied.onnx", "--metric-command", "sh -c 'echo 0.5'", "--metric-tolerance", "0.1"],
        ["evaluate", "small.onnx", "--data", "data.npz", "--against", "model.onnx", "--tolerance", "0.1", "--threads", "1"],
        [
            "frontier", "model.onnx", "--calibration", "data.npz", "--method", "svd", "--optimize", "size", "--shares", "0.8,0.6",
            "--models", ".", "--factor-type", "float16", "--exclude", "conv1",
        ],
        ["sensitivity", "model.onnx", "--calibration", "data.npz", "--ranks", "2", "--include", "dense?", "--seed", "4"],
    ]

    @Test("Commands that read samples say their recipe, which gives the same run")
    func printed() throws {
        for command in RecipeTests.commands {
            let first = try Command.run(command + ["--json"], in: workspace.folder.path)
            try #require(first.exitCode == 0, "\(first.errors)")
            let line = try #require(first.errorLines.first { $0.hasPrefix("recipe: ") }, "\(command[0])")
            try write(String(line.dropFirst("recipe: ".count)))
            let second = try Command.run([command[0], "--recipe", "recipe.yaml", "--json"], in: workspace.folder.path)
            #expect(second.exitCode == 0 && second.errorLines.contains(line), "\(second.errors)")
            #expect(try results(second.output) == results(first.output), "\(command[0])")
            if command[0] == "plan" { _ = try Command.run(["apply", "model.plan.json", "-o", "applied.onnx"], in: workspace.folder.path) }
        }
    }

    /// What a command has printed as JSON, without what differs from run to run.
    private func results(_ output: String) throws -> NSDictionary {
        let fields = try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        return try #require(settled(fields) as? NSDictionary)
    }

    private func settled(_ value: Any) -> Any {
        if let fields = value as? [String: Any] {
            let changing: Set = ["seconds", "peakMemoryMiB", "latencyMs", "command"]
            return NSDictionary(dictionary: fields.filter { !changing.contains($0.key) }.mapValues(settled))
        }
        return (value as? [Any]).map { NSArray(array: $0.map(settled)) } ?? value
    }

    @Test("The arguments without a name come from a recipe where the command line lacks them")
    func unnamed() throws {
        try write("{plan: model.plan.json, model: small.onnx}")
        try workspace.expectFailure(["verify", "--recipe", "recipe.yaml", "--quiet"], exitCode: 66, "'model.plan.json' does not exist")
        try workspace.expectFailure(
            ["verify", "other.json", "--recipe", "recipe.yaml", "--quiet"], exitCode: 66, "'other.json' does not exist")
        try workspace.expectFailure(["apply", "--recipe=recipe.yaml"], exitCode: 64, "--model")
        try write("{calibration: calibrated, mode: compact}")
        try workspace.expectFailure(["plan", "--recipe", "recipe.yaml", "--quiet"], exitCode: 66, "'calibrated'")
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
