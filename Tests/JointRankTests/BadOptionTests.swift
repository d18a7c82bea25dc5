import TestSupport
import Testing

@Suite("Bad options: exit code 64, one line, no trace")
struct BadOptionTests {
    private let workspace = try? Workspace(samples: 24)

    @Test(
        "Values that are impossible",
        arguments: [
            (["--keep-params", "0"], "--keep-params 0.0"), (["--keep-params", "2"], "--keep-params 2.0"),
            (["--keep-params", "nan"], "--keep-params nan"), (["--keep-params", "-1"], "--keep-params -1.0"),
            (["--keep-params", "half"], "'half' is invalid for '--keep-params"), (["--tolerance", "-1"], "--tolerance -1.0"),
            (["--max-drop", "-1%"], "--max-drop -0.01: a share from 0 to less than 1"), (["--max-drop", "1"], "--max-drop 1.0"),
            (["--max-drop", "100%"], "--max-drop 1.0"), (["--max-drop", "nan"], "--max-drop nan"),
            (["--max-drop", "inf%"], "--max-drop inf"), (["--max-drop", "half"], "'half' is invalid for '--max-drop"),
            (["--max-drop", "%"], "'%' is invalid for '--max-drop"), (["--max-drop", "0,5%"], "'0,5%' is invalid for '--max-drop"),
            (["--tolerance", "nan"], "--tolerance nan"), (["--tolerance", "inf"], "--tolerance inf"), (["--threads", "0"], "--threads 0"),
            (["--threads", "-3"], "--threads -3"), (["--threads", "1000000"], "--threads 1000000"),
            (["--threads", "99999999999999999999"], "is invalid for '--threads"), (["--mode", "fast"], "'fast' is invalid for '--mode"),
            (["--method", "best"], "'best' is invalid for '--method"), (["--loss", "none"], "'none' is invalid for '--loss"),
            (["--mean", "a"], "'a' is invalid for '--mean"), (["--std", "1,"], "'1,' is invalid for '--std"),
            (["--output-name", "none"], "--output-name none: 'model.onnx' has the outputs scores"), (["--nonsense"], "--nonsense"),
            (["extra.onnx"], "extra.onnx"), (["--include", "none*"], "the pattern 'none*' matches no layer"),
            (["--exclude", "none"], "the pattern 'none' matches no layer"),
            (["--force-rank", "none=2"], "the pattern 'none' matches no layer"),
            (["--force-rank", "conv1=0"], "a rank of 0 for 'conv1' is not possible"),
            (["--force-rank", "conv1=-2"], "a rank of -2 for 'conv1' is not possible"),
            (["--force-rank", "conv1=9"], "rank 9 for layer 'conv1': its full rank is 8"),
            (["--force-rank", "conv1=5"], "rank 5 for layer 'conv1' saves nothing; the largest that does is 4"),
            (["--force-rank", "conv1"], "'conv1' is invalid for '--force-rank"),
            (["--force-rank", "conv1=many"], "'conv1=many' is invalid for '--force-rank"),
            (["--force-rank", "conv1=2", "--exclude", "conv1"], "no layer that matches 'conv1' is selected and can be factored"),
        ])
    func impossible(options: [String], message: String) throws {
        try #require(workspace).expectFailure(Workspace.arguments(options), exitCode: 64, message)
    }

    @Test("What is missing is named")
    func missing() throws {
        let workspace = try #require(workspace)
        try workspace.expectFailure(["compress", "model.onnx", "--mode", "compact"], exitCode: 64, "'--calibration <file>'")
        try workspace.expectFailure(["compress", "model.onnx", "--calibration", "data.npz"], exitCode: 64, "'--mode <mode>'")
        try workspace.expectFailure(["evaluate", "model.onnx"], exitCode: 64, "'--data <file>'")
        try workspace.expectFailure(["inspect"], exitCode: 64, "'<model>'")
        try workspace.expectFailure(["nonsense"], exitCode: 64, "nonsense")
        try workspace.expectFailure(
            ["evaluate", "model.onnx", "--data", "data.npz", "--threads", "0", "--quiet"], exitCode: 64, "--threads 0")
    }

    @Test("Help and version are no errors")
    func help() throws {
        let help = try Command.run(["compress", "--help"])
        #expect(help.exitCode == 0 && help.errors == "")
        #expect(help.output.contains("--keep-params <share>"))
        let overview = try Command.run([])
        #expect(overview.exitCode == 0 && overview.output.contains("SUBCOMMANDS"))
        #expect(overview.output.contains("3 nothing acceptable found"))
        #expect(try Command.run(["--version"]).output.hasPrefix("0."))
    }

    @Test("Without a runtime: exit code 69, and what to do")
    func noRuntime() throws {
        let outcome = try Command.run(
            ["inspect", "model.onnx"], environment: ["JOINTRANK_ONNXRUNTIME": "/nowhere/libonnxruntime.so"],
            in: #require(workspace).folder.path)
        #expect(outcome.exitCode == 69)
        #expect(outcome.errorLines.count == 1 && outcome.errors.contains("Scripts/bootstrap"))
    }
}
