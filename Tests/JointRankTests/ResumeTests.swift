import Foundation
import Reporting
import TestSupport
import Testing

@Suite("Resume")
struct ResumeTests {
    private static let options = ["--mode", "lossless", "--keep-params", "0.5"]

    /// A workspace whose run ends only when it is killed: `files` entries are there by then.
    private func killed(after files: Int, _ options: [String] = options) throws -> Workspace {
        try killed(Workspace.arguments(options)) { $0.entries().count >= files }
    }

    /// A workspace whose run is killed when it is time.
    private func killed(_ arguments: [String] = Workspace.arguments(options), when isTime: (Workspace) -> Bool) throws -> Workspace {
        let workspace = try Workspace(samples: 2000)
        try workspace.kill(arguments, when: isTime)
        return workspace
    }

    @Test("A run that was killed goes on, to the same bytes, and leaves no trace of it", arguments: [1, 2, 4, 7])
    func killed(files: Int) throws {
        try expectSameBytes(killed(after: files))
    }

    @Test("So does one that was killed while its result was written, or judged")
    func killedInTheEnd() throws {
        try expectSameBytes(
            killed { workspace in
                let paths = FileManager.default.subpaths(atPath: workspace.folder.path) ?? []
                return paths.contains { $0.hasPrefix(".jointrank-staged-") && $0.contains("/") && !$0.hasSuffix("-lock") }
            })
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

    @Test("A stage that is finished takes the place of its pieces")
    func pieces() throws {
        let workspace = try Workspace(samples: 2000)
        try workspace.kill(Workspace.arguments(ResumeTests.options)) { $0.entries().contains { $0.hasPrefix("plan-1/stage-2") } }
        let stages = workspace.entries().filter { $0.hasPrefix("plan-1/stage-") }
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
        while workspace.entries().isEmpty, running.process.isRunning {
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
        let name = try #require(workspace.entries().first)
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
