import Foundation
import ONNXModel
import Reporting
import TestSupport
import Testing

@Suite("The page and the model card of jointrank compress")
struct ReportPageTests {
    private func text(_ workspace: Workspace, _ name: String) throws -> String {
        String(decoding: try workspace.folder.read(name), as: UTF8.self)
    }

    @Test("They are written beside the report, and tell what it tells")
    func files() throws {
        let workspace = try Workspace(samples: 800)
        let before = try workspace.folder.contents()
        let printed = try workspace.report(
            "--tolerance", "0.5", "--html", "report.html", "--model-card", "card.md", "--base-model", "someone/model", "--report",
            "report.json")
        #expect(try JSONDecoder().decode(CompressionReport.self, from: workspace.folder.read("report.json")) == printed)
        #expect(try text(workspace, "report.html") == CompressionPage(printed).html() + "\n")
        #expect(try text(workspace, "card.md") == ModelCard(printed, baseModel: "someone/model").markdown() + "\n")
        let after = try workspace.folder.contents()
        #expect(Set(after.keys).subtracting(before.keys) == ["report.html", "report.json", "card.md", "small.onnx"])

        let command = try #require(printed.command)
        #expect(command.prefix(3) == ["jointrank", "compress", "model.onnx"] && command.suffix(2) == ["report.json", "--json"])
        #expect(!printed.environment.onnxRuntime.isEmpty && printed.environment.logicalProcessors >= 1)
        #expect(printed.tolerance == 0.5 && printed.optimize == "size")
    }

    @Test(
        "The walk holds the chosen point, at the size that was written, and what steps were predicted to do", arguments: ["joint", "svd"])
    func walk(method: String) throws {
        let report = try Workspace(samples: 800).report("--tolerance", "0.5", "--method", method)
        let chosen = try #require(report.walk.chosen)
        #expect(report.walk.points[chosen].parameters == report.parameters.after)
        #expect(report.walk.points[chosen].keptShare == Double(report.parameters.after) / Double(report.parameters.before))
        // The points of simpler methods, which predict nothing, are among those of the joint method.
        let sizes = report.walk.points.filter { method != "joint" || $0.step != nil }.map(\.parameters)
        #expect(sizes.count > 1 && zip(sizes, sizes.dropFirst()).allSatisfy { $0 > $1 }, "\(sizes)")
        #expect(report.walk.measuredCandidates >= sizes.count)
        #expect(report.walk.points.contains { $0.step != nil } == (method == "joint"))
        // The first step starts at the original, so that it is measured against that.
        if let step = report.walk.points[0].step { #expect(abs(step.measured - report.walk.points[0].loss.difference) < 0.05) }
        for layer in report.layers {
            let spectrum = try #require(layer.spectrum, "\(layer.name)")
            #expect(spectrum.values.max() == 1 && spectrum.components.last == layer.fullRank)
            #expect(layer.latencyMs == nil)
            // Only what predicts speaks of predictions.
            #expect(method == "joint" || !layer.reason.contains("its predicted change"))
        }
    }

    @Test("Layers say why they stay dense")
    func reasons() throws {
        let workspace = try Workspace(samples: 60)
        let report = try workspace.report("--keep-params", "0.0001", "--exclude", "conv1", exitCode: 3)
        #expect(report.layers.map(\.reason)[0] == "excluded by --include or --exclude")
        #expect(report.layers.dropFirst().allSatisfy { $0.reason == "dense: no smaller model was chosen" })
        #expect(report.walk.points.isEmpty && report.walk.chosen == nil)
        let prescribed = try workspace.report("--force-rank", "conv*=2")
        #expect(prescribed.walk.points.map(\.parameters) == [prescribed.parameters.after] && prescribed.walk.chosen == 0)
        #expect(prescribed.layers.map(\.reason).suffix(2) == ["dense: no rank prescribed", "dense: no rank prescribed"])
    }

    @Test("A run that writes no model writes its page all the same")
    func nothingWritten() throws {
        let workspace = try Workspace(samples: 60)
        let outcome = try workspace.compress("--keep-params", "0.0001", "--html", "report.html", "--model-card", "card.md")
        #expect(outcome.exitCode == 3)
        #expect(try text(workspace, "report.html").contains("Nothing was written."))
        #expect(try text(workspace, "card.md").contains("No smaller model was written"))
    }

    @Test("A layer's name is never markup")
    func hostileNames() throws {
        var network = try Networks.perceptron(noise: 0.02)
        let hostile = "<script>alert('`|x|`')</script>"
        network.proto.graph.node[0].name = hostile
        let workspace = try Workspace(network, labelledBy: Networks.perceptron(noise: 0), samples: 80)
        let report = try workspace.report(
            "--force-rank", "*=2", "--include", "<script>*", "--html", "report.html", "--model-card", "card.md")
        #expect(report.layers.contains { $0.name == hostile })
        let html = try text(workspace, "report.html")
        #expect(!html.contains("<script") && html.contains("&lt;script&gt;alert(&#39;`|x|`&#39;)&lt;/script&gt;"))
    }

    @Test("Files that have another use are spared, and two reports never share one")
    func outputs() throws {
        let workspace = try Workspace(samples: 24)
        for option in ["--html", "--model-card"] {
            for file in ["model.onnx", "data.npz", "small.onnx", "./small.onnx", "small.onnx.data"] {
                try workspace.expectFailure(compressing: option, file, exitCode: 73, "which this run uses already")
            }
            for file in ["none/report.html", ".", ""] {
                try workspace.expectFailure(compressing: option, file, exitCode: 73, "cannot write the report '\(file)'")
            }
            try workspace.expectFailure(compressing: "--report", "a", option, "./a", exitCode: 73, "it is 'a', which this run uses already")
        }
        try workspace.expectFailure(compressing: "--html", "a", "--model-card", "a", exitCode: 73, "it is 'a', which this run uses already")
        try workspace.expectFailure(compressing: "--base-model", "x/y", exitCode: 64, "--base-model is for --model-card")
        try workspace.expectFailure(
            ["frontier", "model.onnx", "--calibration", "data.npz", "--html", "a", "--svg", "a"], exitCode: 73, "it is 'a'")
    }

    @Test("Pages are no wider than a phone's screen, where there is a browser to tell")
    func widths() throws {
        let workspace = try Workspace(samples: 60)
        _ = try workspace.report("--force-rank", "*=2", "--html", "report.html")
        try workspace.folder.write(
            Data("<!DOCTYPE html><html><body style=\"margin: 0\"><div style=\"width: 2000px\">wide</div></body></html>".utf8),
            to: "wide.html")
        func check(_ page: String) throws -> (code: Int32, output: String) {
            let process = Process()
            process.executableURL =
                URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Scripts/check-report").standardized
            process.arguments = [workspace.folder.path(page)]
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            return (process.terminationStatus, output)
        }
        let report = try check("report.html")
        #expect(report.code == 0, "\(report.output)")
        guard !report.output.contains("skipped") else { return }
        #expect(report.output.contains("375 pixels wide in a window of 375"))
        let wide = try check("wide.html")
        #expect(wide.code == 1 && wide.output.contains("2000 pixels wide in a window of 375: too wide"), "\(wide.output)")
    }
}
