import Foundation
import Reporting
import TestSupport
import Testing

@Suite("What a run is expected to take")
struct EstimateTests {
    private let workspace: Workspace

    init() throws {
        workspace = try Workspace()
    }

    private func estimate(_ arguments: [String]) throws -> WorkEstimate {
        let outcome = try Command.run(arguments + ["--dry-run", "--json", "--quiet"], in: workspace.folder.path)
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
        return try JSONDecoder().decode(WorkEstimate.self, from: Data(outcome.output.utf8))
    }

    private let compress = ["compress", "model.onnx", "--calibration", "data.npz", "--threads", "1"]

    private func compressing(_ options: String...) throws -> WorkEstimate { try compressing(options) }

    private func compressing(_ options: [String]) throws -> WorkEstimate { try estimate(compress + options) }

    @Test("Nothing is written, and no work folder is left")
    func writesNothing() throws {
        let before = try FileManager.default.contentsOfDirectory(atPath: workspace.folder.path).sorted()
        _ = try compressing("--mode", "compact")
        _ = try estimate(["calibrate", "model.onnx", "--calibration", "data.npz"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.folder.path).sorted() == before)
    }

    @Test("Samples, layers and the smallest size are those that the run reports")
    func agreesWithTheRun() throws {
        let estimate = try compressing("--mode", "lossless", "--keep-params", "0.6", "--optimize", "size")
        let report = try workspace.report("--mode", "lossless", "--keep-params", "0.6")
        #expect(estimate.samples == report.samples)
        #expect(estimate.size.parameters == report.parameters.before)
        #expect(estimate.size.bytes == report.bytes.before)
        #expect(estimate.size.askedShare == 0.6)
        let tooSmall = try Command.run(
            compress + ["--mode", "lossless", "--keep-params", String(estimate.size.smallestShare * 0.99), "--optimize", "size"],
            in: workspace.folder.path)
        #expect(tooSmall.exitCode == 3)
        #expect(tooSmall.output.contains("cannot be reached"))
    }

    @Test("Every stage takes its time, all of them together take longer than each, and memory is counted")
    func stages() throws {
        let estimate = try compressing("--mode", "lossless", "--keep-params", "0.3", "--optimize", "size")
        for span in [estimate.seconds.calibrate, estimate.seconds.plan, estimate.seconds.verify] {
            let span = try #require(span)
            #expect(span.least > 0 && span.least <= span.most)
            #expect(estimate.seconds.total.most > span.most)
        }
        #expect(estimate.memoryMiB > 10)
    }

    @Test("A pass for each layer that --measure-layers looks at is counted")
    func measuringLayers() throws {
        // At least so many: what it takes to open models comes on top.
        func passes(_ options: String...) throws -> Double {
            let estimate = try compressing(["--mode", "lossless", "--optimize", "size", "--method", "svd"] + options)
            let pass = estimate.basis.seconds / Double(estimate.basis.samples) * Double(estimate.samples.select)
            return try #require(estimate.seconds.plan).least / pass
        }
        // Without a search: the original and the one candidate; then the original again, and each layer by itself.
        #expect(try passes("--force-rank", "*=1") >= 2)
        #expect(try passes("--force-rank", "conv1=1", "--measure-layers") >= 4)
        #expect(try passes("--force-rank", "*=1", "--measure-layers") >= 7)
    }

    @Test("frontier counts its points, and writes nothing")
    func frontier() throws {
        let frontier = ["frontier", "model.onnx", "--calibration", "data.npz", "--threads", "1", "--optimize", "size"]
        let before = try workspace.folder.contents()
        let one = try estimate(frontier + ["--shares", "0.6", "--html", "frontier.html", "--models", "."])
        let four = try estimate(frontier + ["--shares", "0.9,0.8,0.7,0.6"])
        #expect(try workspace.folder.contents() == before)
        #expect(one.size == four.size && one.size.askedShare == 0.6 && one.samples == four.samples)
        // Of its time, half a second for each point is set, whatever the machine.
        #expect(try #require(one.seconds.verify).least >= 0.5 && #require(four.seconds.verify).least >= 2)
    }

    @Test("plan says what it expects before it starts, and with --dry-run leaves it at that")
    func planning() throws {
        let calibrated = try Command.run(
            ["calibrate", "model.onnx", "--calibration", "data.npz", "--optimize", "size", "--threads", "1", "--quiet"],
            in: workspace.folder.path)
        try #require(calibrated.exitCode == 0, "\(calibrated.errors)")
        let plan = ["plan", "model.calibration.safetensors", "--mode", "lossless", "--keep-params", "0.6"]
        let dry = try Command.run(plan + ["--dry-run"], in: workspace.folder.path)
        #expect(dry.exitCode == 0)
        #expect(dry.output.contains("time: ") && dry.output.contains("at most"))
        #expect(!FileManager.default.fileExists(atPath: workspace.folder.path + "/model.plan.json"))
        let real = try Command.run(plan, in: workspace.folder.path)
        #expect(real.exitCode == 0)
        let expectation = try #require(real.errors.range(of: "expected: "))
        let work = try #require(real.errors.range(of: "collecting gates"))
        #expect(expectation.lowerBound < work.lowerBound)
    }

    @Test("What a run would refuse is refused")
    func refusals() throws {
        for (options, exitCode) in [(["--keep-params", "2"], 64), (["--include", "nothing-like-it"], 64)] {
            let outcome = try Command.run(
                compress + ["--mode", "lossless", "--dry-run"] + options, in: workspace.folder.path)
            #expect(outcome.exitCode == exitCode, "\(options): \(outcome.errors)")
        }
    }
}
