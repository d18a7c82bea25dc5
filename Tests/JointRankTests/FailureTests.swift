import Foundation
import TestSupport
import Testing

@Suite("Failure under load")
struct FailureTests {
    /// Runs `compress` under limits of the shell's.
    private func compress(_ workspace: Workspace, limits: String, _ options: String...) throws -> (code: Int32, output: String) {
        let words = [Command.executable.path] + Workspace.arguments(options)
        let command = words.map { "'\($0)'" }.joined(separator: " ")
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", "\(limits); exec \(command) 2>&1"]
        process.currentDirectoryURL = URL(filePath: workspace.folder.path)
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit, "\(output)")
        return (process.terminationStatus, output)
    }

    /// As on a full disk: no file grows beyond a few kilobytes.
    @Test("Where files cannot grow, the run says which, keeps what was there, and goes on when there is room")
    func noRoom() throws {
        let workspace = try Workspace()
        try workspace.folder.write(Data("what was there".utf8), to: "small.onnx")
        let options = ["--mode", "lossless", "--keep-params", "0.6"]
        // Blocks of 1024 bytes.
        let (code, output) = try compress(workspace, limits: "ulimit -f 6", options[0], options[1], options[2], options[3])
        #expect(code == 73, "\(output)")
        #expect(output.split(separator: "\n").count == 1 && output.hasPrefix("jointrank: "))
        #expect(output.contains("small.onnx"), "\(output)")
        #expect(try workspace.folder.read("small.onnx") == Data("what was there".utf8))
        let left = try workspace.folder.contents().keys.filter { !$0.hasPrefix("small.onnx.work") }.sorted()
        #expect(left == ["data.npz", "model.onnx", "small.onnx"])

        #expect(try Command.run(Workspace.arguments(options), in: workspace.folder.path).exitCode == 0)
        #expect(try Command.run(Workspace.arguments(options + ["-o", "whole.onnx"]), in: workspace.folder.path).exitCode == 0)
        #expect(try workspace.folder.read("small.onnx") == workspace.folder.read("whole.onnx"))
    }

    /// Limits of the address space, from one under which a model can be looked at up to one under which the run ends well.
    @Test("Where memory is short, the run says so or is ended, leaves nothing half done, and goes on where there is enough")
    func noMemory() throws {
        let workspace = try Workspace()
        let before = try workspace.folder.contents()
        let options = ["--mode", "lossless", "--keep-params", "0.6"]
        func outcome(_ arguments: [String], _ mebibytes: Int) throws -> Command.Outcome {
            try Command.run(arguments, in: workspace.folder.path, within: .init(memory: mebibytes << 20, seconds: 10))
        }
        let step = 32
        var limit = 256
        while try outcome(["inspect", "model.onnx"], limit).exitCode != 0 { limit += step }

        var messages: [String] = []
        // What a killed run leaves stays until a run goes well.
        var leavings: [String] = []
        while case let outcome = try outcome(Workspace.arguments(options), limit), outcome.exitCode != 0 {
            let message = String(outcome.errorLines.last ?? "")
            messages.append(message)
            // The libraries below may end a process that gets no memory, and say things of their own. OpenBLAS may ask for memory for ever, so
            // that only the limit of time ends the run.
            if outcome.wasKilled {
                leavings += try workspace.folder.contents().keys.filter { $0.hasPrefix(".jointrank-staged-") }
            } else {
                let isTrue = outcome.exitCode == 71 && message.hasPrefix("jointrank: out of memory: ")
                // The loader has no other words for that.
                #expect(isTrue || message.hasSuffix("failed to map segment from shared object"), "\(outcome)")
            }
            let left = try workspace.folder.contents().filter { !$0.key.hasPrefix("small.onnx.work/") && !leavings.contains($0.key) }
            #expect(left == before, "\(outcome)")
            limit += step
            try #require(limit < 1 << 14)
        }
        #expect(messages.contains { $0.contains("out of memory") }, "\(messages)")

        #expect(try Command.run(Workspace.arguments(options + ["-o", "whole.onnx"]), in: workspace.folder.path).exitCode == 0)
        #expect(try workspace.folder.read("small.onnx") == workspace.folder.read("whole.onnx"))
        #expect(try workspace.folder.contents().keys.sorted() == ["data.npz", "model.onnx", "small.onnx", "whole.onnx"])
    }

    @Test(
        "A folder that may not be written to is an error before any work",
        .enabled(if: OrdinaryUser.canRun, "\(OrdinaryUser.hint)"))
    func readOnly() throws {
        let workspace = try Workspace()
        chmod(workspace.folder.path, 0o555)
        defer { chmod(workspace.folder.path, 0o755) }
        try workspace.expectFailure(Workspace.arguments(), exitCode: 73, "cannot write 'small.onnx'", asOrdinaryUser: true)
    }

    @Test("A runtime that is gone or broken is named before any work")
    func noRuntime() throws {
        let workspace = try Workspace()
        try workspace.folder.write(Data("no library".utf8), to: "text.so")
        // Any file of the kind serves.
        try workspace.folder.write(Data(contentsOf: Command.executable, options: .alwaysMapped).prefix(1 << 16), to: "start.so")
        for (library, message) in [
            ("missing.so", "was not found; looked for it in JOINTRANK_ONNXRUNTIME=missing.so. Run Scripts/bootstrap"),
            ("text.so", "text.so cannot be used: "), ("start.so", "start.so cannot be used: the file is cut short"),
        ] {
            try workspace.expectFailure(
                Workspace.arguments(), exitCode: 69, message, environment: ["JOINTRANK_ONNXRUNTIME": library])
        }
    }
}
