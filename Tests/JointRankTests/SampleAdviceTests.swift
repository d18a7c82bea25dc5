import Datasets
import Foundation
import Reporting
import Tensors
import TestSupport
import Testing

@Suite("What is said about the number of samples")
struct SampleAdviceTests {
    @Test("compress warns of few certify samples before the work, and in its report")
    func warning() throws {
        let workspace = try Workspace(samples: 240)
        let few = "only 60 samples judge the result, fewer than 100: its bound will be wide, and a result that is no worse may fail"
        #expect(try workspace.report("--mode", "lossless", "--keep-params", "0.7").notes.contains(few))
        let arguments = Workspace.arguments(["--mode", "lossless", "--keep-params", "0.7"]).filter { $0 != "--quiet" }
        let lines = try Command.run(arguments, in: workspace.folder.path).errorLines
        let position = try #require(lines.firstIndex(of: "warning: \(few)"))
        #expect(lines.indices.contains(position + 1))
        #expect(
            try Workspace(samples: 400).report("--mode", "lossless", "--keep-params", "0.7").notes.allSatisfy {
                !$0.contains("samples judge the result")
            })
    }

    @Test("Both commands say how many samples a bound would take")
    func demand() throws {
        // The labels are the network's own, so that every change is for the worse.
        let workspace = try Workspace(Networks.convolutional(noise: 0), labelledBy: Networks.convolutional(noise: 0))
        let report = try workspace.report("--force-rank", "*=1", "--tolerance", "100")
        // The bound is kept: nothing is needed.
        let loss = try #require(report.holdout?.loss)
        #expect(loss.samplesNeeded == nil && report.notes.allSatisfy { !$0.contains("a bound of") })

        // A tolerance between the mean and the bound, for the same result.
        let tolerance = (loss.difference + loss.upperBound95) / 2
        try #require(tolerance > 0)
        let refused = try workspace.report("--force-rank", "*=1", "--tolerance", "\(tolerance)", exitCode: 3)
        #expect(refused.holdout?.loss.difference == loss.difference)
        let needed = try #require(refused.holdout?.loss.samplesNeeded)
        // Half the distance takes four times the 60 samples, less what Student's distribution adds for so few, two digits rounded up.
        #expect((230...240).contains(needed))
        let text = "needs about \(needed) samples, of \(4 * needed) in the file, if mean and spread stay as they are; there were 60"
        #expect(refused.notes.contains { $0.hasPrefix("a bound of +") && $0.hasSuffix(text) }, "\(refused.notes)")

        func evaluate(_ tolerance: Double) throws -> EvaluationReport {
            let outcome = try Command.run(
                [
                    "evaluate", "small.onnx", "--against", "model.onnx", "--data", "data.npz", "--json", "--quiet", "--tolerance",
                    "\(tolerance)",
                ], in: workspace.folder.path)
            return try JSONDecoder().decode(EvaluationReport.self, from: Data(outcome.output.utf8))
        }
        let kept = try evaluate(100)
        let against = try #require(kept.against)
        #expect(against.samplesNeeded == nil && kept.notes.isEmpty)
        let missed = try evaluate((against.difference + against.upperBound95) / 2)
        #expect(try (940...970).contains(#require(missed.against?.samplesNeeded)))
        #expect(missed.notes.count == 1 && missed.notes[0].hasSuffix("samples, if mean and spread stay as they are; there were 240"))
        // Below the mean, no number of samples helps.
        #expect(try evaluate(against.difference / 2).against?.samplesNeeded == nil)
        try workspace.expectFailure(
            ["evaluate", "model.onnx", "--data", "data.npz", "--tolerance", "-1", "--quiet"], exitCode: 64, "--tolerance -1.0: a rise")
    }

    @Test("A model that does worse than a blind guess is doubted, before the work and in the reports")
    func doubt() throws {
        // Each label is the class after the right one.
        let workspace = try Workspace(Networks.convolutional(noise: 0), labelledBy: Networks.convolutional(noise: 0))
        var arrays = try Dataset(path: workspace.folder.path("data.npz")).batch(Array(0..<240))
        arrays["labels"] = Tensor((arrays["labels"]?.elements(as: Int64.self) ?? []).map { ($0 + 1) % 6 })
        try ArrayFileWriter.writeNPZ(arrays.map { ($0.key, $0.value) }, to: workspace.folder.path("data.npz"))
        let doubt = /the model's own loss is \d+\.\d{3} on (8|60|240) samples, and a blind guess's 1\.792: are labels, output, scale, mean/
        let options = ["--mode", "lossless", "--keep-params", "0.7"]
        #expect(try workspace.report(options[0], options[1], options[2], options[3]).notes.contains { $0.contains(doubt) })
        let lines = try Command.run(Workspace.arguments(options).filter { $0 != "--quiet" }, in: workspace.folder.path).errorLines
        let position = try #require(lines.firstIndex { $0.hasPrefix("warning: the model's own loss is ") })
        #expect(lines[(position + 1)...].contains { $0.hasPrefix("collecting statistics") })

        func notes(_ model: String) throws -> [String] {
            let outcome = try Command.run(["evaluate", model, "--data", "data.npz", "--json", "--quiet"], in: workspace.folder.path)
            return try JSONDecoder().decode(EvaluationReport.self, from: Data(outcome.output.utf8)).notes
        }
        #expect(try notes("model.onnx").contains { $0.contains(doubt) })
        #expect(try Workspace().report("--mode", "lossless", "--keep-params", "0.7").notes.allSatisfy { !$0.contains(doubt) })
    }
}
