import Datasets
import ONNXModel
import OnnxRuntimeEngine
import Foundation
import Reporting
import TestSupport
import Tensors
import Testing

@Suite("jointrank compress --max-drop")
struct MaximumDropTests {
    /// Layers that are of low rank but for a little noise, so that cutting it off costs next to nothing.
    private func nearlyLowRank(samples: Int = 1600) throws -> Workspace {
        try Workspace(Networks.convolutional(noise: 0.02), labelledBy: Networks.convolutional(noise: 0), samples: samples)
    }

    @Test("A drop that is kept is certified, and named in the text, the report, the page and the card")
    func kept() throws {
        let workspace = try nearlyLowRank()
        let outcome = try workspace.compress(
            "--max-drop", "4%", "--report", "report.json", "--html", "report.html", "--model-card", "card.md")
        #expect(outcome.exitCode == 0, "\(outcome.output)\(outcome.errors)")
        let report = try JSONDecoder().decode(CompressionReport.self, from: workspace.folder.read("report.json"))
        #expect(report.maximumDrop == .init(metric: "top-1", value: 0.04, isDefault: false) && report.tolerance == nil)
        #expect(try #require(report.holdout?.accuracy).fallUpperBound95 <= 0.04)
        #expect(["acceptable", "lossless", "better"].contains(report.verdict))
        let statement = "top-1 falls by no more than 4 points (95 %, n = 400)"
        #expect(report.certified.first == statement && report.retry == nil)
        #expect(outcome.output.contains("certified: \(statement)\n"))
        for name in ["report.html", "card.md"] {
            #expect(String(decoding: try workspace.folder.read(name), as: UTF8.self).contains(statement), "\(name)")
        }
    }

    @Test("Both limits must hold where both are given; 0.005 and 0.5% are the same")
    func both() throws {
        let workspace = try nearlyLowRank()
        let both = try workspace.report("--max-drop", "0.04", "--tolerance", "0.5")
        #expect(both.maximumDrop?.value == 0.04 && both.tolerance == 0.5)
        #expect(both.certified.count >= 2 && both.certified.contains { $0.hasPrefix("the loss rises by no more than 0.5 (95 %") })
        let loss = try workspace.report("--max-drop", "99%", "--tolerance", "0.02")
        #expect(try #require(loss.holdout?.loss).upperBound95 <= 0.02)
    }

    @Test("Without either, compact says what it takes; with --tolerance alone there is no drop")
    func usual() throws {
        let workspace = try nearlyLowRank(samples: 240)
        let report = try workspace.report()
        let drop = try #require(report.maximumDrop)
        #expect(drop.isDefault && drop.value > 0.12 && drop.value < 0.15 && report.tolerance == nil)
        #expect(report.notes.contains { $0.hasPrefix("neither --max-drop nor --tolerance was given: --mode compact takes --max-drop 1") })
        let strict = try workspace.report("--tolerance", "0.02")
        #expect(strict.maximumDrop == nil && strict.tolerance == 0.02)
    }

    @Test("What so few samples cannot show is said before the work, and in the report")
    func tooFew() throws {
        let workspace = try nearlyLowRank(samples: 240)
        let arguments = Workspace.arguments(["--max-drop", "0.5%", "--report", "report.json"]).filter { $0 != "--quiet" }
        let outcome = try Command.run(arguments, in: workspace.folder.path)
        #expect(outcome.exitCode == 3)
        let pattern = /--max-drop 0\.5% needs at least \d+ certify samples, there are 60: the smallest drop that can be certified is 6\.\d%/
        let note = try #require(outcome.errorLines.firstIndex { $0.contains(pattern) })
        let work = try #require(outcome.errorLines.firstIndex { $0.hasPrefix("collecting statistics") })
        #expect(note < work)
        let report = try JSONDecoder().decode(CompressionReport.self, from: workspace.folder.read("report.json"))
        #expect(report.notes.contains { $0.contains(pattern) } && report.verdict == "not-met")
    }

    @Test("F1 in the place of accuracy is what is bounded, searched by and shown; a metric that does not go with the loss is refused")
    func f1() throws {
        let workspace = try nearlyLowRank()
        let outcome = try workspace.compress("--drop-metric", "f1", "--max-drop", "25%", "--report", "report.json")
        #expect(outcome.exitCode == 0, "\(outcome.output)\(outcome.errors)")
        let report = try JSONDecoder().decode(CompressionReport.self, from: workspace.folder.read("report.json"))
        #expect(report.maximumDrop == .init(metric: "macro F1", value: 0.25, isDefault: false))
        let accuracy = try #require(report.holdout?.accuracy)
        #expect(accuracy.name == "macro F1" && accuracy.fallUpperBound95 <= 0.25)
        let scores = try #require(report.holdout?.furtherMetrics.first { $0.name == "macro F1" })
        #expect(abs(scores.before - accuracy.before) < 1e-12)
        #expect(report.certified.first == "macro F1 falls by no more than 25 points (95 %, n = 400)")
        #expect(report.walk.points.compactMap { $0.expected?.accuracy?.name }.allSatisfy { $0 == "macro F1" })
        try workspace.expectFailure(
            compressing: "--drop-metric", "correlation", exitCode: 64,
            "--drop-metric correlation: --loss cross-entropy goes with accuracy, f1, perplexity")
        try workspace.expectFailure(
            compressing: "--drop-metric", "f1", "--loss", "output:scores", "--tolerance", "1", exitCode: 64,
            "--drop-metric f1: --loss output:scores goes with none; give a --tolerance")
    }

    @Test("Losses without right answers have nothing that could drop: exit code 64, with a proposal")
    func noMetric() throws {
        let workspace = try Workspace(samples: 24)
        for loss in ["divergence", "output:scores"] {
            try workspace.expectFailure(
                compressing: "--max-drop", "1%", "--loss", loss, exitCode: 64,
                "--max-drop bounds the fall of accuracy, F1 or correlation, or the rise of perplexity, which --loss \(loss) does not have: give a --tolerance"
            )
        }
    }

    @Test("Of values, the correlation may drop by so much, and the loss is not asked; without it the loss must not rise")
    func correlation() throws {
        let (model, teacher) = (try Networks.perceptron(noise: 0.02), try Networks.perceptron(noise: 0))
        let samples = try Samples(count: 800, labelledBy: teacher)
        let scores = try Session(model: teacher.serialized()).run(["features": #require(samples.arrays.first).tensor])["scores"]
        let workspace = try Workspace(model, samples: samples.replacing("labels", by: scores))
        let report = try workspace.report("--loss", "squared-error", "--max-drop", "2%")
        #expect(report.maximumDrop == .init(metric: "Pearson correlation", value: 0.02, isDefault: false) && report.tolerance == nil)
        #expect(report.certified.first == "Pearson correlation falls by no more than 2 points (95 %, n = 200)")
        let correlation = try #require(report.holdout?.accuracy)
        #expect(correlation.fallUpperBound95 <= 0.02 && correlation.fallUpperBound95 > -correlation.difference)
        #expect(abs(correlation.after - (try #require(report.holdout?.metric).after)) < 1e-9)
        #expect(report.parameters.after < report.parameters.before)
        let strict = try Command.run(Workspace.arguments(["--loss", "squared-error", "--json"]), in: workspace.folder.path)
        #expect(try JSONDecoder().decode(CompressionReport.self, from: Data(strict.output.utf8)).tolerance == 0)
    }

    @Test("Recipes hold it as the command line does, and stages keep it")
    func recipe() throws {
        let workspace = try nearlyLowRank()
        try workspace.folder.write(Data("max-drop: 4%\nmode: compact\n".utf8), to: "recipe.yaml")
        let common = ["--calibration", "data.npz", "--optimize", "size", "--threads", "1"]
        let outcome = try Command.run(
            ["compress", "model.onnx", "--recipe", "recipe.yaml", "-o", "small.onnx", "--json"] + common, in: workspace.folder.path)
        let report = try JSONDecoder().decode(CompressionReport.self, from: Data(outcome.output.utf8))
        #expect(report.maximumDrop?.value == 0.04 && outcome.errors.contains("\"max-drop\"") == outcome.errors.contains("\"mode\""))

        for arguments in [
            ["calibrate", "model.onnx", "--quiet", "-o", "c"] + common,
            ["plan", "c", "--mode", "compact", "--max-drop", "4%", "--quiet", "-o", "p"],
            ["apply", "p", "-o", "applied.onnx"],
        ] {
            let outcome = try Command.run(arguments, in: workspace.folder.path)
            try #require(outcome.exitCode == 0, "\(outcome.output)\(outcome.errors)")
        }
        #expect(try workspace.folder.read("applied.onnx") == workspace.folder.read("small.onnx"))
        func verified(_ options: String...) throws -> CompressionReport {
            let outcome = try Command.run(["verify", "p", "applied.onnx", "--quiet", "--json"] + options, in: workspace.folder.path)
            return try JSONDecoder().decode(CompressionReport.self, from: Data(outcome.output.utf8))
        }
        #expect(try verified().certified == report.certified)
        let other = try verified("--tolerance", "1")
        #expect(other.maximumDrop == nil && other.certified.first == "the loss rises by no more than 1 (95 %, n = 400)")
        #expect(try verified("--max-drop", "0.1%").verdict == "not-met")
    }
}
