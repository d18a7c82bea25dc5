import Foundation
import ONNXModel
import TestSupport
import Testing

@Suite("Reports fit their schema", .enabled(if: ReferencePython.isInstalled, "\(ReferencePython.hint)"))
struct ReportSchemaTests {
    private func check(_ workspace: Workspace, _ reports: String...) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let schema = folder.appending(path: "../../Documentation/schemas/report.schema.json").standardized.path
        let script = folder.appending(path: "Support/check_report_schema.py").path
        _ = try ReferencePython.run(script: script, [schema] + reports.map { workspace.folder.path($0) })
    }

    @Test(
        "whatever became of the model",
        arguments: [
            ["--tolerance", "0.5"], ["--optimize", "balanced", "--tolerance", "0.5"], ["--optimize", "latency", "--tolerance", "0.5"],
            ["--mode", "lossless", "--keep-params", "0.6", "--method", "first-order"], ["--mode", "lossless", "--method", "svd"],
            ["--keep-params", "0.0001"], ["--force-rank", "*=2", "--measure-layers"], ["--force-rank", "*=2", "--method", "svd"],
            ["--exclude", "*"],
            ["--exclude", "conv*", "--stack", "auto", "--tolerance", "0.5"],
        ])
    func outcomes(options: [String]) throws {
        let workspace = try Workspace(samples: 80)
        let outcome = try Command.run(Workspace.arguments(options + ["--json", "--report", "report.json"]), in: workspace.folder.path)
        #expect([0, 3].contains(outcome.exitCode), "\(outcome.errors)")
        try workspace.folder.write(Data(outcome.output.utf8), to: "printed.json")
        try check(workspace, "report.json", "printed.json")
    }

    @Test("and what does not fit is told")
    func misfits() throws {
        let workspace = try Workspace(samples: 40)
        _ = try workspace.compress("--force-rank", "*=2", "--report", "report.json")
        let object = try JSONSerialization.jsonObject(with: workspace.folder.read("report.json"))
        let report = try #require(object as? [String: Any])
        let walk = try #require(report["walk"] as? [String: Any])
        for (key, value) in [("verdict", "fine"), ("extra", 1), ("walk", walk.merging(["extra": 1]) { $1 })] as [(String, Any)] {
            try workspace.folder.write(JSONSerialization.data(withJSONObject: report.merging([key: value]) { $1 }), to: "changed.json")
            #expect(throws: ReferencePython.ScriptFailed.self, "\(key)") { try check(workspace, "changed.json") }
        }
    }
}
