import Foundation
import Reporting
import TestSupport
import Testing

@Suite("What is left where nothing is acceptable")
struct RetryTests {
    /// The labels are the network's own, so that every change is for the worse.
    private func workspace() throws -> Workspace {
        try Workspace(Networks.convolutional(noise: 0.3), labelledBy: Networks.convolutional(noise: 0.3), samples: 1600)
    }

    private func lines(_ outcome: Command.Outcome, _ prefix: String) -> [Substring] { outcome.errorLines.filter { $0.hasPrefix(prefix) } }

    /// The arguments of the command that is to be repeated.
    private func repetition(_ outcome: Command.Outcome) throws -> [String] {
        let line = try #require(outcome.output.split(separator: "\n").first { $0.hasPrefix("to get ") }, "\(outcome.output)")
        let command = try #require(line.split(separator: ": ", maxSplits: 1).last).split(separator: " ").map(String.init)
        #expect(command.first == "jointrank" && command.suffix(2).first == "--max-drop")
        return Array(command.dropFirst())
    }

    @Test("The sizes that were measured, and a command that gives one of them in a moment", arguments: ["joint", "kfac-svd"])
    func goesOn(method: String) throws {
        let workspace = try workspace()
        let arguments = Workspace.arguments(["--method", method, "--max-drop", "0.4%"]).filter { $0 != "--quiet" }
        let refused = try Command.run(arguments, in: workspace.folder.path)
        #expect(refused.exitCode == 3, "\(refused.output)\(refused.errors)")
        #expect(!lines(refused, "collecting statistics").isEmpty)
        #expect(refused.output.contains("sizes measured on the 400 select samples"))
        #expect(
            refused.output.contains(
                "the work is kept in 'small.onnx.work', so that the search is not done again; --restart, or deleting the folder"))
        var command = try repetition(refused)
        #expect(!command.contains("0.4%"))

        var second = try Command.run(command, in: workspace.folder.path)
        #expect(second.errors.contains("going on from the work in 'small.onnx.work'"))
        // Neither a calibration nor a stage, nor the refinement of what is taken now.
        #expect(lines(second, "collecting").isEmpty, "\(second.errors)")
        if second.exitCode == 3 {
            // The certify samples may say otherwise than the select samples let expect; then they name what it takes themselves.
            command = try repetition(second)
            second = try Command.run(command, in: workspace.folder.path)
        }
        #expect(second.exitCode == 0, "\(second.output)\(second.errors)")
        let written = try workspace.folder.read("small.onnx")
        #expect(!FileManager.default.fileExists(atPath: workspace.folder.path("small.onnx.work")))

        // What was remembered changes nothing.
        let fresh = try Command.run(command, in: workspace.folder.path)
        #expect(fresh.exitCode == 0 && !lines(fresh, "collecting statistics").isEmpty)
        #expect(try workspace.folder.read("small.onnx") == written)
    }

    @Test("The report says the same")
    func report() throws {
        let workspace = try workspace()
        let report = try workspace.report("--max-drop", "0.4%", "--restart", exitCode: 3)
        let retry = try #require(report.retry)
        let drop = try #require(retry.limits.maximumDrop)
        #expect(drop > 0.004 && retry.limits.tolerance == nil && retry.work == "small.onnx.work")
        let command = try #require(retry.command)
        #expect(command.suffix(2) == ["--max-drop", NumberText.percentOption(drop)] && !command.contains("--restart"))
        let expected = report.walk.points.compactMap(\.expected)
        #expect(expected.count == report.walk.points.count && expected.contains { $0.passesWith == retry.limits })
        #expect(expected.allSatisfy { $0.accuracy != nil && $0.passesWith.maximumDrop ?? 0 >= 0.004 })
        // With a tolerance that stays what it was, both are proposed.
        let both = try workspace.report("--max-drop", "0.4%", "--tolerance", "50", exitCode: 3)
        #expect(both.retry?.limits.tolerance == 50)
        let loss = try workspace.report("--tolerance", "0", exitCode: 3)
        #expect(loss.retry?.limits.maximumDrop == nil && loss.retry?.limits.tolerance ?? 0 > 0)
    }

    @Test("Work of another mode, drop or tolerance is gone on from; what no limit helps leaves none")
    func otherLimits() throws {
        let workspace = try workspace()
        _ = try workspace.report("--tolerance", "0", exitCode: 3)
        #expect(FileManager.default.fileExists(atPath: workspace.folder.path("small.onnx.work")))
        let arguments = Workspace.arguments(["--mode", "lossless", "--max-drop", "50%"]).filter { $0 != "--quiet" }
        let second = try Command.run(arguments, in: workspace.folder.path)
        #expect(second.exitCode == 0 && second.errors.contains("going on from the work in 'small.onnx.work'"), "\(second.errors)")
        // What has ended and is of no use gives way to another run.
        _ = try workspace.report("--tolerance", "0", exitCode: 3)
        let other = Workspace.arguments(["--seed", "9", "--max-drop", "50%"]).filter { $0 != "--quiet" }
        let third = try Command.run(other, in: workspace.folder.path)
        #expect(third.exitCode == 0 && third.errors.contains("throwing away the work in 'small.onnx.work', of another run that has ended"))
        let unreachable = try workspace.report("--keep-params", "0.0001", exitCode: 3)
        #expect(unreachable.retry == nil)
        #expect(!FileManager.default.fileExists(atPath: workspace.folder.path("small.onnx.work")))
    }

    @Test("plan says it too")
    func plan() throws {
        let workspace = try workspace()
        let calibrated = try Command.run(
            ["calibrate", "model.onnx", "--calibration", "data.npz", "--optimize", "size", "--threads", "1", "--quiet", "-o", "c"],
            in: workspace.folder.path)
        try #require(calibrated.exitCode == 0)
        let refused = try Command.run(
            ["plan", "c", "--mode", "compact", "--max-drop", "0.4%", "-o", "p.json", "--json"], in: workspace.folder.path)
        #expect(refused.exitCode == 3)
        let summary = try JSONDecoder().decode(PlanSummary.self, from: Data(refused.output.utf8))
        let command = try #require(summary.retry?.command)
        #expect(summary.retry?.work == "p.json.work" && summary.walk?.points.isEmpty == false)
        #expect(summary.text().contains("sizes measured on the 400 select samples"))
        let second = try Command.run(Array(command.dropFirst()), in: workspace.folder.path)
        #expect(second.exitCode == 0 && second.errors.contains("going on from the work in 'p.json.work'"), "\(second.errors)")
    }
}
