import Foundation
import ONNXModel
import Reporting
import TestSupport
import Testing

@Suite("jointrank compress")
struct CompressTests {
    /// Layers that are of low rank but for a little noise, so that cutting it off costs next to nothing.
    private func nearlyLowRank() throws -> Workspace {
        try Workspace(Networks.convolutional(noise: 0.02), labelledBy: Networks.convolutional(noise: 0))
    }

    @Test("Files and folders may have names of one character")
    func shortNames() throws {
        let workspace = try Workspace(samples: 40)
        try workspace.folder.write(workspace.folder.read("model.onnx"), to: "m")
        let data = ["--calibration", "data.npz", "--optimize", "size", "--work", "w"]
        for arguments in [
            ["inspect", "m"], ["compress", "m", "--mode", "lossless", "--force-rank", "*=2", "-o", "s", "--report", "r"] + data,
            ["frontier", "m", "--method", "svd", "--shares", "0.5"] + data, ["calibrate", "m", "-o", "c"] + data,
            ["plan", "c", "--mode", "lossless", "--force-rank", "*=2", "-o", "p", "--work", "w"], ["apply", "p", "-o", "a"],
            ["verify", "p", "a"], ["export-factors", "s", "--original", "m", "-o", "f"],
        ] {
            let outcome = try Command.run(arguments, in: workspace.folder.path)
            #expect(outcome.exitCode == 0 && !outcome.wasKilled, "\(arguments[0]): \(outcome.errors.prefix(200))")
        }
    }

    @Test("compact: a smaller file that is not worse, and a report that adds up")
    func compact() throws {
        let workspace = try nearlyLowRank()
        let before = try workspace.folder.contents()
        let report = try workspace.report("--tolerance", "0.02")
        #expect(report.schema == "jointrank.report/2")
        #expect((report.mode, report.method, report.model, report.output) == ("compact", "joint", "model.onnx", "small.onnx"))
        #expect(["better", "lossless", "acceptable"].contains(report.verdict))
        #expect(report.samples == CompressionReport.Samples(fit: 120, select: 60, certify: 60))

        let holdout = try #require(report.holdout)
        #expect(holdout.samples == 60)
        #expect(abs(holdout.loss.after - holdout.loss.before - holdout.loss.difference) < 1e-12)
        #expect(holdout.loss.upperBound95 >= holdout.loss.difference && holdout.loss.upperBound95 <= 0.02)
        #expect(holdout.metric?.name == "top-1")
        let accuracy = try #require(holdout.accuracy)
        #expect(abs(accuracy.after - accuracy.before - accuracy.difference) < 1e-12)
        #expect(accuracy.after == holdout.metric?.after && accuracy.fallUpperBound95 > -accuracy.difference)
        #expect(try #require(holdout.calibrated).before <= holdout.loss.before + 0.05)
        #expect(try (0...1).contains(#require(holdout.disagreement)))
        // Few samples cannot show that nothing is worse, but that the tolerance is kept.
        #expect(report.certified.first == "the loss rises by no more than 0.02 (95 %, n = 60)")

        // Every layer is listed, and what the layers lost is what the model lost.
        #expect(report.layers.map(\.name) == ["conv1", "conv2", "dense1", "dense2"])
        let lost = report.layers.reduce(0) { $0 + $1.parameters.before - $1.parameters.after }
        #expect(report.parameters.before == 3510)
        #expect(lost > 3510 / 2)
        #expect(report.parameters.before - report.parameters.after == lost)
        for layer in report.layers {
            #expect(!layer.reason.isEmpty)
            #expect((layer.form != "dense") == (layer.parameters.after < layer.parameters.before))
        }
        let macs = try #require(report.macs)
        #expect(macs.before == 8000 && macs.after < macs.before)

        // Exactly one file is new, and it is the one that was reported.
        var after = try workspace.folder.contents()
        let removed = after.removeValue(forKey: "small.onnx")
        let written = try #require(removed)
        #expect(after == before)
        #expect(report.bytes == .init(before: try workspace.folder.read("model.onnx").count, after: written.count))
        #expect(try ParameterCount.of(Model.load(from: workspace.folder.path("small.onnx")).proto) == report.parameters.after)
    }

    @Test("The text and the report file tell the same")
    func text() throws {
        let workspace = try nearlyLowRank()
        let outcome = try workspace.compress("--tolerance", "0.02", "--report", "report.json")
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors == "")
        let report = try JSONDecoder().decode(CompressionReport.self, from: workspace.folder.read("report.json"))
        #expect(outcome.output == report.text() + "\n")
        #expect(outcome.output.contains("verdict: \(report.verdict) (60 samples"))
        #expect(outcome.output.contains("written: small.onnx"))
    }

    @Test("Progress goes to standard error, line by line where that is no terminal")
    func progress() throws {
        let workspace = try Workspace(samples: 40)
        let arguments = Workspace.arguments(["--json"]).filter { $0 != "--quiet" }
        let outcome = try Command.run(arguments, in: workspace.folder.path)
        #expect(throws: Never.self) { try JSONDecoder().decode(CompressionReport.self, from: Data(outcome.output.utf8)) }
        #expect(outcome.errorLines.contains { $0.hasPrefix("collecting gates, stage 1: 20 done in") })
        #expect(!outcome.errors.contains("\r"))
    }

    @Test("lossless: the best loss, at whatever size")
    func lossless() throws {
        let report = try nearlyLowRank().report("--mode", "lossless", "--tolerance", "0.02")
        #expect(report.mode == "lossless")
        #expect(report.verdict != "not-met")
        #expect(report.parameters.after < report.parameters.before)
    }

    @Test("lossless with a size: at most that many parameters, whatever the loss", arguments: [0.8, 0.5])
    func keepParameters(share: Double) throws {
        let workspace = try Workspace()
        let report = try workspace.report("--mode", "lossless", "--keep-params", "\(share)")
        #expect(Double(report.parameters.after) <= share * 3510)
        #expect(report.output == "small.onnx")
        #expect(try ParameterCount.of(Model.load(from: workspace.folder.path("small.onnx")).proto) == report.parameters.after)
    }

    @Test("A size that cannot be reached is said so, and nothing is written")
    func unreachableSize() throws {
        let workspace = try Workspace(samples: 40)
        let before = try workspace.folder.contents()
        let report = try workspace.report("--mode", "lossless", "--keep-params", "0.01", exitCode: 3)
        #expect(report.output == nil)
        #expect(report.notes.contains { $0.contains("--keep-params 0.01 cannot be reached") })
        #expect(try workspace.folder.contents() == before)
    }

    @Test("A harmful compression under a tolerance is not written: exit code 3")
    func notMet() throws {
        // The labels are the network's own, so that every change is for the worse.
        let workspace = try Workspace(Networks.convolutional(noise: 0), labelledBy: Networks.convolutional(noise: 0))
        let before = try workspace.folder.contents()
        let report = try workspace.report("--force-rank", "*=1", "--tolerance", "0", exitCode: 3)
        #expect(report.verdict == "not-met")
        #expect(report.output == nil)
        #expect(report.notes.contains { $0.hasPrefix("nothing was written: on the certify set the mean loss changes by +") })
        // But for the work, which is kept for a milder limit.
        #expect(try workspace.folder.contents().filter { !$0.key.hasPrefix("small.onnx.work/") } == before)
    }

    @Test("A report is written all the same")
    func reportOfNothing() throws {
        let workspace = try Workspace(samples: 40)
        let printed = try workspace.report("--exclude", "*", "--report", "report.json", exitCode: 3)
        #expect(try JSONDecoder().decode(CompressionReport.self, from: workspace.folder.read("report.json")) == printed)
        #expect(try workspace.folder.contents().keys.sorted() == ["data.npz", "model.onnx", "report.json"])
    }

    @Test("The same ranks without a tolerance are written, and called not lossless")
    func prescribed() throws {
        let workspace = try Workspace(Networks.convolutional(noise: 0), labelledBy: Networks.convolutional(noise: 0))
        let report = try workspace.report("--force-rank", "*=1")
        #expect(report.verdict == "not-met")
        #expect(report.layers.map(\.rank) == [1, 1, 1, 1])
        #expect(report.parameters.after == 3510 - (72 + 1152 + 2048 + 192) + (8 + 9) + (16 + 72) + (32 + 64) + (6 + 32))
        #expect(report.notes.contains { $0.hasPrefix("not lossless") })
    }

    @Test("Full rank reproduces the outputs")
    func fullRank() throws {
        let workspace = try Workspace()
        let report = try workspace.report("--force-rank", "*=full")
        #expect(report.layers.map(\.rank) == [8, 16, 32, 6])
        #expect(try relativeDifference(workspace.folder.path("small.onnx"), workspace.folder.path("model.onnx")) < 1e-4)
    }

    @Test("Only included layers are treated, less the excluded ones")
    func selection() throws {
        let workspace = try Workspace()
        let included = try workspace.report("--include", "dense*", "--exclude", "*2", "--force-rank", "*=2")
        #expect(included.layers.map(\.form) == ["dense", "dense", "factors", "dense"])
        #expect(included.layers[0].reason == "excluded by --include or --exclude")
        let excluded = try workspace.report("--exclude", "conv?", "--force-rank", "*=2")
        #expect(excluded.layers.map(\.form) == ["dense", "dense", "factors", "factors"])
    }

    @Test("Excluding everything leaves nothing to do: exit code 3")
    func excludingAll() throws {
        let workspace = try Workspace(samples: 40)
        let report = try workspace.report("--exclude", "*", exitCode: 3)
        #expect(report.notes.first == "nothing was written: no layer of the model can be factored")
    }

    @Test("A holdout is certified on whole, and leaves more samples to fit")
    func holdout() throws {
        let workspace = try Workspace()
        try Samples(count: 90, seed: 8, labelledBy: Networks.convolutional(noise: 0)).write(to: workspace.folder.path("holdout.npz"))
        let report = try workspace.report("--holdout", "holdout.npz", "--force-rank", "*=3")
        #expect(report.samples == CompressionReport.Samples(fit: 192, select: 48, certify: 90))
        #expect(report.holdout?.source == "all of 'holdout.npz'")
    }

    @Test("Without -o the output is named after the model")
    func defaultOutput() throws {
        let workspace = try Workspace(samples: 40)
        let outcome = try Command.run(
            ["compress", "model.onnx", "--calibration", "data.npz", "--mode", "compact", "--quiet", "--force-rank", "*=2"],
            in: workspace.folder.path)
        #expect(outcome.exitCode == 0)
        #expect(try workspace.folder.contents().keys.sorted() == ["data.npz", "model.onnx", "model_lowrank.onnx"])
    }

    @Test("An earlier output is replaced")
    func overwriting() throws {
        let workspace = try Workspace(samples: 40)
        try workspace.folder.write(Data("old".utf8), to: "small.onnx")
        #expect(try workspace.compress("--force-rank", "*=2").exitCode == 0)
        #expect(throws: Never.self) { try Model.load(from: workspace.folder.path("small.onnx")) }
    }

    @Test("The model says what was done to it")
    func metadata() throws {
        let workspace = try Workspace(samples: 40)
        let report = try workspace.report("--force-rank", "conv*=3")
        let properties = try Model.load(from: workspace.folder.path("small.onnx")).proto.metadataProps
        #expect(
            Dictionary(uniqueKeysWithValues: properties.map { ($0.key, $0.value) }) == [
                "jointrank.version": report.version,
                "jointrank.layers":
                    #"{"conv1":{"form":"factors","rank":3,"scheme":"channels"},"conv2":{"form":"factors","rank":3,"scheme":"channels"}}"#,
            ])
    }
}
