import Foundation
import TestSupport
import Testing

@Suite("Damaged bytes never crash the command, and never leave a trace")
struct MutationTests {
    /// Bad input, or an accident that left the file valid.
    private static let harmless: Set<Int32> = [0, 3, 64, 65]

    private func run(_ workspace: Workspace, _ what: String) throws {
        let before = try workspace.folder.contents()
        let outcome = try Command.run(Workspace.arguments(["--force-rank", "*=2"]), in: workspace.folder.path)
        var after = try workspace.folder.contents()
        after["small.onnx"] = nil
        #expect(MutationTests.harmless.contains(outcome.exitCode) && !outcome.wasKilled, "\(what): \(outcome.exitCode) \(outcome.errors)")
        #expect(outcome.errorLines.count == ([0, 3].contains(outcome.exitCode) ? 0 : 1), "\(what): \(outcome.errors)")
        #expect(after == before, "\(what)")
        try? FileManager.default.removeItem(atPath: workspace.folder.path("small.onnx"))
    }

    @Test("A model that is cut off", arguments: 0..<4)
    func truncated(part: Int) throws {
        let workspace = try Workspace(samples: 16)
        let bytes = try workspace.folder.read("model.onnx")
        for step in 0..<6 {
            let count = (part * 6 + step) * bytes.count / 24
            try workspace.folder.write(bytes.prefix(count), to: "model.onnx")
            try workspace.expectFailure(["inspect", "model.onnx"], exitCode: 65, "'model.onnx' is not a usable ONNX model")
        }
    }

    @Test("A model with changed bytes", arguments: 0..<4)
    func changedModel(part: Int) throws {
        let workspace = try Workspace(samples: 16)
        let bytes = try workspace.folder.read("model.onnx")
        var random = RandomTensors(seed: UInt64(part))
        for step in 0..<8 {
            var changed = bytes
            // Most of the file is weights; its structure lies at both ends.
            let offset = Int.random(in: 0..<1200, using: &random)
            changed[step.isMultiple(of: 4) ? changed.count - 1 - offset / 2 : offset] = UInt8.random(in: 0...255, using: &random)
            try workspace.folder.write(changed, to: "model.onnx")
            try run(workspace, "part \(part), step \(step)")
        }
    }

    @Test("Data with changed bytes", arguments: 0..<2)
    func changedData(part: Int) throws {
        let workspace = try Workspace(samples: 16)
        let bytes = try workspace.folder.read("data.npz")
        var random = RandomTensors(seed: UInt64(100 + part))
        for step in 0..<8 {
            var changed = bytes
            changed[Int.random(in: 0..<changed.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            try workspace.folder.write(changed, to: "data.npz")
            try run(workspace, "part \(part), step \(step)")
        }
    }
}
