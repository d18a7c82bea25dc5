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

    @Test("A folder that may not be written to is an error before any work", .enabled(if: geteuid() != 0, "root may write everywhere"))
    func readOnly() throws {
        let workspace = try Workspace()
        chmod(workspace.folder.path, 0o500)
        defer { chmod(workspace.folder.path, 0o700) }
        try workspace.expectFailure(Workspace.arguments(), exitCode: 73, "cannot write 'small.onnx'")
    }
}
