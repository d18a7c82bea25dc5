import Foundation
import Reporting
import TestSupport
import Testing

@Suite("Resume")
struct ResumeTests {
    private static let options = ["--mode", "lossless", "--keep-params", "0.5"]

    /// A workspace whose run ends only when it is killed: `files` entries are there by then.
    private func killed(after files: Int, _ options: [String] = options) throws -> Workspace {
        try killed(Workspace.arguments(options)) { entries(of: $0).count >= files }
    }

    /// A workspace whose run is killed when it is time.
    private func killed(_ arguments: [String] = Workspace.arguments(options), when isTime: (Workspace) -> Bool) throws -> Workspace {
        let workspace = try Workspace(samples: 2000)
        try kill(arguments, in: workspace, when: isTime)
        return workspace
    }

    private func kill(_ arguments: [String], in workspace: Workspace, when isTime: (Workspace) -> Bool) throws {
        let running = try Command.start(arguments, in: workspace.folder.path)
        let start = ContinuousClock.now
        while !isTime(workspace), running.process.isRunning {
            try #require(ContinuousClock.now - start < .seconds(120))
            usleep(1000)
        }
        Foundation.kill(running.process.processIdentifier, SIGKILL)
        let outcome = try running.finish()
        try #require(outcome.wasKilled, "the run was over before it could be killed: \(outcome.errors)")
    }

    private func entries(of workspace: Workspace, _ name: String = "small.onnx.work") -> [String] {
        let all = FileManager.default.subpaths(atPath: workspace.folder.path("\(name)/entries")) ?? []
        return all.filter { $0.hasSuffix(".safetensors") }.sorted()
    }

    @Test("A run that was killed goes on, to the same bytes, and leaves no trace of it", arguments: [1, 2, 4, 7])
    func killed(files: Int) throws {
        try expectSameBytes(killed(after: files))
    }

    @Test("So does one that was killed while its result was written, or judged")
    func killedInTheEnd() throws {
        try expectSameBytes(killed { FileManager.default.subpaths(atPath: $0.folder.path("small.onnx.work/output"))?.isEmpty == false })
    }

    private func expectSameBytes(_ workspace: Workspace) throws {
        #expect(!FileManager.default.fileExists(atPath: workspace.folder.path("small.onnx")))
        let outcome = try Command.run(Workspace.arguments(ResumeTests.options).filter { $0 != "--quiet" }, in: workspace.folder.path)
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors.contains("going on from the work in 'small.onnx.work'"))
        let resumed = try workspace.folder.read("small.onnx")

        _ = try workspace.report("--mode", "lossless", "--keep-params", "0.5", "-o", "whole.onnx")
        #expect(try workspace.folder.read("whole.onnx") == resumed)
        #expect(try workspace.folder.contents().keys.sorted() == ["data.npz", "model.onnx", "small.onnx", "whole.onnx"])
    }

    @Test("Every method goes on to the same bytes", arguments: ["svd", "kfac-svd", "first-order", "zs-svd"])
    func methods(method: String) throws {
        let options = ResumeTests.options + ["--method", method]
        let workspace = try killed(after: 2, options)
        #expect(try Command.run(Workspace.arguments(options), in: workspace.folder.path).exitCode == 0)
        let resumed = try workspace.folder.read("small.onnx")
        #expect(try Command.run(Workspace.arguments(options + ["-o", "whole.onnx"]), in: workspace.folder.path).exitCode == 0)
        #expect(try workspace.folder.read("whole.onnx") == resumed)
    }

    @Test("Work in blocks of layers, and with stacked layers planned as well, is kept piece by piece")
    func blocks() throws {
        let options = ResumeTests.options + ["--memory-limit", "700KB", "--stack", "auto"]
        let workspace = try killed(after: 3, options)
        #expect(try Command.run(Workspace.arguments(options), in: workspace.folder.path).exitCode == 0)
        let resumed = try workspace.folder.read("small.onnx")
        #expect(try Command.run(Workspace.arguments(options + ["-o", "whole.onnx"]), in: workspace.folder.path).exitCode == 0)
        #expect(try workspace.folder.read("whole.onnx") == resumed)
    }

    private static func frontier(_ options: [String]) -> [String] {
        ["frontier", "model.onnx", "--calibration", "data.npz", "--optimize", "size", "--shares", "0.8,0.6,0.4", "--threads", "1"] + options
    }

    /// A frontier without what differs from run to run.
    private func settled(_ output: String) throws -> FrontierReport {
        var report = try JSONDecoder().decode(FrontierReport.self, from: Data(output.utf8))
        report.seconds = .init(calibrate: 0, plan: 0, verify: 0, total: 0)
        (report.peakMemoryMiB, report.original.latencyMs) = (0, nil)
        for index in report.points.indices { report.points[index].latencyMs = nil }
        return report
    }

    @Test("A frontier that was killed goes on, to the same points and models", arguments: ["joint", "zs-svd"], [false, true])
    func frontier(method: String, hasPoint: Bool) throws {
        let options = ["--method", method, "--models", ".", "--json"]
        let workspace = try killed(ResumeTests.frontier(options)) { workspace in
            let entries = entries(of: workspace, "model.frontier.work")
            return hasPoint ? entries.contains { $0.hasPrefix("point-") } : entries.count >= 2
        }
        let resumed = try Command.run(ResumeTests.frontier(options), in: workspace.folder.path)
        #expect(resumed.exitCode == 0)
        #expect(resumed.errors.contains("going on from the work in 'model.frontier.work'"))
        let files = try workspace.folder.contents()
        let whole = try Command.run(ResumeTests.frontier(options), in: workspace.folder.path)
        #expect(try settled(resumed.output) == settled(whole.output))
        // What is finished is not done again.
        let beginnings = [resumed, whole].map { $0.errors.contains(/collecting gates, stage 1\b/) }
        #expect(beginnings[1] && !(hasPoint && beginnings[0]))
        #expect(try settled(whole.output).points.count >= 2)
        #expect(try workspace.folder.contents() == files && files.keys.allSatisfy { !$0.contains("work") })
    }

    @Test("A model on probation that a kill leaves beside those that stay, or beside an output apart from its work, is cleared away")
    func probation() throws {
        func hidden(_ workspace: Workspace, in folder: String) -> [String] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: workspace.folder.path(folder))) ?? []
            return names.filter { $0.hasPrefix(".") }
        }
        let apart = Workspace.arguments(ResumeTests.options + ["--work", "models/work"])
        for (arguments, folder) in [(ResumeTests.frontier(["--method", "svd", "--models", "models"]), "models"), (apart, ".")] {
            let workspace = try Workspace(samples: 2000)
            try FileManager.default.createDirectory(atPath: workspace.folder.path("models"), withIntermediateDirectories: false)
            try kill(arguments, in: workspace) { !hidden($0, in: folder).isEmpty }
            #expect(hidden(workspace, in: folder).count == 1)
            #expect(try Command.run(arguments, in: workspace.folder.path).exitCode == 0)
            #expect(hidden(workspace, in: folder).isEmpty)
        }
    }

    @Test("A frontier's work is kept beside what is asked for, and a model that is gone is made again")
    func frontierFolders() throws {
        let options = ["--method", "svd", "--models", ".", "--report", "frontier.json"]
        let workspace = try killed(ResumeTests.frontier(options)) {
            entries(of: $0, "frontier.json.work").contains { $0.hasPrefix("point-") }
        }
        try workspace.expectFailure(
            ResumeTests.frontier(options + ["--shares", "0.5", "--quiet"]), exitCode: 64,
            "'frontier.json.work' holds the work of another run (--shares was [0.8,0.6,0.4] and is [0.5]); --restart throws it away")
        for name in try workspace.folder.contents().keys where name.contains("_kept-") && !name.hasPrefix(".") {
            try FileManager.default.removeItem(atPath: workspace.folder.path(name))
        }
        #expect(try Command.run(ResumeTests.frontier(options), in: workspace.folder.path).exitCode == 0)
        let report = try JSONDecoder().decode(FrontierReport.self, from: workspace.folder.read("frontier.json"))
        #expect(report.points.count == 3)
        for point in report.points { #expect(try !workspace.folder.read(#require(point.name)).isEmpty) }
    }

    @Test("A stage that is finished takes the place of its pieces")
    func pieces() throws {
        let workspace = try killed(after: 9)
        let stages = entries(of: workspace).filter { $0.hasPrefix("plan-1/stage-") }
        #expect(stages.contains("plan-1/stage-1.safetensors"))
        #expect(!stages.contains { $0.hasPrefix("plan-1/stage-1/") })
    }

    @Test("Work of other settings, or of another model, is not gone on from, and --restart throws it away")
    func otherRun() throws {
        let workspace = try killed(after: 2)
        try workspace.expectFailure(
            Workspace.arguments(ResumeTests.options + ["--seed", "9"]), exitCode: 64,
            "'small.onnx.work' holds the work of another run (--seed was 0 and is 9); --restart throws it away")
        try workspace.expectFailure(
            Workspace.arguments(["--mode", "lossless"]), exitCode: 64, "(--keep-params was 0.5 and is not given)")

        let model = try workspace.folder.read("model.onnx")
        try workspace.folder.write(model + Data([0x32, 0]), to: "model.onnx")
        try workspace.expectFailure(Workspace.arguments(ResumeTests.options), exitCode: 64, "(the model is another one)")
        let outcome = try Command.run(Workspace.arguments(ResumeTests.options + ["--restart"]), in: workspace.folder.path)
        #expect(outcome.exitCode == 0)
    }

    @Test("Two runs at once do not share a folder")
    func locked() throws {
        let workspace = try Workspace(samples: 4000)
        let running = try Command.start(Workspace.arguments(ResumeTests.options), in: workspace.folder.path)
        let start = ContinuousClock.now
        while entries(of: workspace).isEmpty, running.process.isRunning {
            try #require(ContinuousClock.now - start < .seconds(120))
            usleep(1000)
        }
        let second = try Command.run(Workspace.arguments(ResumeTests.options), in: workspace.folder.path)
        #expect(second.exitCode == 73)
        #expect(second.errors.contains("another run works in this folder; wait for it, or name another one with --work"))
        #expect(try running.finish().exitCode == 0)
    }

    @Test("Work whose file is damaged is done again")
    func damaged() throws {
        let workspace = try killed(after: 2)
        let name = try #require(entries(of: workspace).first)
        let path = "small.onnx.work/entries/\(name)"
        try workspace.folder.write(try workspace.folder.read(path).prefix(100), to: path)
        _ = try workspace.report("--mode", "lossless", "--keep-params", "0.5")
        _ = try workspace.report("--mode", "lossless", "--keep-params", "0.5", "-o", "whole.onnx")
        #expect(try workspace.folder.read("whole.onnx") == workspace.folder.read("small.onnx"))
    }

    @Test("A folder whose run was killed while it was made is taken over")
    func justMade() throws {
        let workspace = try Workspace()
        try FileManager.default.createDirectory(atPath: workspace.folder.path("small.onnx.work"), withIntermediateDirectories: false)
        for (name, text) in [("lock", ""), ("run.json.part", "{")] {
            try workspace.folder.write(Data(text.utf8), to: "small.onnx.work/\(name)")
        }
        _ = try workspace.report("--mode", "lossless", "--keep-params", "0.5")
        #expect(try workspace.folder.contents().keys.sorted() == ["data.npz", "model.onnx", "small.onnx"])
    }

    @Test("A folder of other things is not taken for work")
    func foreign() throws {
        let workspace = try Workspace()
        try FileManager.default.createDirectory(atPath: workspace.folder.path("mine"), withIntermediateDirectories: false)
        try workspace.folder.write(Data("precious".utf8), to: "mine/thesis.txt")
        try workspace.expectFailure(
            compressing: "--work", "mine", exitCode: 73, "'mine' holds 'thesis.txt', and is not the work folder of a run")
        #expect(try workspace.folder.read("mine/thesis.txt") == Data("precious".utf8))
    }
}
