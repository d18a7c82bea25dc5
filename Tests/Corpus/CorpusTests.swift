import Datasets
import Foundation
import ONNXModel
import TestSupport
import Testing

/// Hostile files end in the one line that is expected of them, from the command and from the readers, in bounded time and memory.
@Suite("Hostile files", .enabled(if: ReferencePython.isInstalled, "\(ReferencePython.hint)"))
struct CorpusTests {
    /// Groups of the corpus, and how many files each has at least.
    static let groups = [
        ("protobuf", 57), ("graphs", 63), ("external", 49), ("archives", 36), ("arrays", 50), ("tensors", 31), ("recipes", 20),
    ]

    /// The command maps some hundred MiB before it does anything; the time is for a busy machine and a debug build.
    static let limits = Command.Limits(memory: 2 << 30, seconds: 100)

    @Test("get the expected answer", arguments: groups)
    func replay(group: String, count: Int) throws {
        let corpus = try HostileCorpus(group)
        #expect(corpus.cases.count >= count)
        #expect(corpus.cases.contains { $0.exitCode == 0 }, "nothing shows that sound files of this kind are taken")
        for file in corpus.cases {
            let before = try corpus.names(beside: file)
            let outcome = try Command.run(corpus.arguments(file), in: corpus.path(of: file), within: CorpusTests.limits)
            let said = Comment(rawValue: "\(file.name): \(outcome.exitCode) \(outcome.errors.prefix(2000))")
            #expect(outcome.exitCode == file.exitCode && !outcome.wasKilled, said)
            #expect(file.accepts(outcome.errors), said)
            #expect(outcome.exitCode == 0 || outcome.output.isEmpty, said)
            #expect(try corpus.names(beside: file).subtracting(outcome.exitCode == 0 ? ["out.onnx"] : []) == before, said)
            // Without the limits of another process, a reader only gets what the command survived.
            guard outcome.exitCode == file.exitCode, !outcome.wasKilled else { continue }
            #expect(corpus.readersProblem(with: file) == file.readersError, "\(file.name)")
        }
    }

    @Test("that once broke a reader are refused or read", arguments: ["model", "npz", "npy", "safetensors", "recipe"])
    func foundByFuzzing(target: String) throws {
        let corpus = try HostileCorpus("samples")
        for file in try FoundInput.all(of: target) {
            let outcome = try Command.run(
                file.arguments(model: corpus.path("sound.onnx")), in: corpus.folder.path, within: CorpusTests.limits)
            let said = Comment(rawValue: "\(file.path): \(outcome.exitCode) \(outcome.errors.prefix(2000))")
            #expect([0, 64, 65].contains(outcome.exitCode) && !outcome.wasKilled, said)
            #expect(outcome.errorLines.count == (outcome.exitCode == 0 ? 0 : 1), said)
        }
    }

    @Test("The limits end what passes them")
    func limitsBite() throws {
        for (program, limits) in [
            ("bytearray(3 << 30)", CorpusTests.limits), ("import time; time.sleep(60)", Command.Limits(memory: 2 << 30, seconds: 1)),
        ] {
            let (shell, arguments) = limits.around(ReferencePython.interpreter, ["-c", program])
            #expect(try Command.Running(shell, arguments).finish().exitCode != 0, "\(program)")
        }
        let (shell, arguments) = CorpusTests.limits.around(ReferencePython.interpreter, ["-c", "bytearray(1 << 30)"])
        #expect(try Command.Running(shell, arguments).finish().exitCode == 0)
    }
}
