import Foundation
import ONNXModel
import Reporting
import Tensors
import TestSupport
import Testing

@Suite("jointrank frontier")
struct FrontierTests {
    private func arguments(_ options: [String]) -> [String] {
        ["frontier", "model.onnx", "--calibration", "data.npz", "--optimize", "size", "--threads", "1", "--quiet"] + options
    }

    private func report(_ workspace: Workspace, _ options: String...) throws -> FrontierReport {
        let outcome = try Command.run(arguments(options + ["--json"]), in: workspace.folder.path)
        #expect(outcome.errors == "")
        try #require(outcome.exitCode == 0)
        return try JSONDecoder().decode(FrontierReport.self, from: Data(outcome.output.utf8))
    }

    @Test("Points descend in size, and each is a model of the parameters that are reported", arguments: ["joint", "svd"])
    func points(method: String) throws {
        let workspace = try Workspace()
        try FileManager.default.createDirectory(atPath: workspace.folder.path("models"), withIntermediateDirectories: false)
        let before = try workspace.folder.contents()
        let report = try report(workspace, "--method", method, "--models", "models", "--shares", "0.5,0.9,0.3,0.7")
        #expect(report.schema == "jointrank.frontier/1")
        #expect((report.model, report.method, report.optimize) == ("model.onnx", method, "size"))
        #expect(report.samples == FrontierReport.Samples(fit: 120, select: 60, certify: 60))
        #expect(report.original.parameters == 3510)
        #expect(report.original.macs == 8000)
        #expect(try report.original.bytes == workspace.folder.read("model.onnx").count)

        let sizes = report.points.map(\.parameters)
        // The joint method may go further than it is asked to, and then passes over a share.
        #expect(method == "joint" ? (2...4).contains(sizes.count) : sizes.count == 4)
        #expect(zip(sizes, sizes.dropFirst()).allSatisfy { $0 > $1 }, "\(sizes)")
        #expect(sizes.allSatisfy { $0 < 3510 })
        for share in [0.9, 0.7, 0.5, 0.3] { #expect(sizes.contains { Double($0) <= share * 3510 }) }
        for point in report.points {
            let name = try #require(point.name)
            let path = workspace.folder.path("models/\(name)")
            #expect(try ParameterCount.of(Model.load(from: path).proto) == point.parameters)
            #expect(try relativeDifference(path, workspace.folder.path("model.onnx")) > 0)
            #expect(point.keptShare == Double(point.parameters) / 3510)
            let certified = try #require(point.loss.certify)
            #expect(certified.samples == 60 && certified.upperBound95 >= certified.difference)
            #expect(abs(certified.after - certified.before - certified.difference) < 1e-12)
            let (accuracy, metric) = (try #require(point.accuracy), try #require(point.metric))
            #expect((accuracy.name, accuracy.before, accuracy.after) == (metric.name, metric.before, metric.after))
            #expect(accuracy.fallUpperBound95 > -accuracy.difference)
            #expect(try #require(point.disagreement) >= abs(accuracy.difference))
            let calibrated = try #require(point.calibrated)
            #expect(abs(calibrated.after - calibrated.before - calibrated.difference) < 1e-12)
            #expect(calibrated.temperatures.before == report.points[0].calibrated?.temperatures.before)
            let select = point.loss.select
            let isCorroborated = select.difference < 0 && -select.difference >= 2 * select.standardError && certified.difference <= 0
            let isLossless = certified.upperBound95 == 0 || isCorroborated
            #expect(point.verdict == (certified.upperBound95 < 0 ? "better" : isLossless ? "lossless" : "not-met"))
        }
        #expect(report.smallestLossless == report.points.lastIndex { $0.verdict != "not-met" })

        var after = try workspace.folder.contents()
        for name in report.points.compactMap(\.name) { #expect(after.removeValue(forKey: "models/\(name)") != nil) }
        #expect(after == before)
    }

    @Test("Points that differ by less than their names show have files of their own")
    func smallPart() throws {
        func network(noise: Double) throws -> Model {
            var network = try Networks.perceptron(noise: noise)
            network.proto.graph.node[0].input[0] = "shifted"
            network.proto.graph.node.insert(node("Gather", ["table", "first"], "row"), at: 0)
            network.proto.graph.node.insert(node("Add", ["features", "row"], "shifted"), at: 1)
            let table = try Tensor(shape: [20000, 24], [Float](repeating: 0.01, count: 480_000))
            network.proto.graph.initializer += [TensorProto(name: "table", table), TensorProto(name: "first", Tensor(scalar: Int64(0)))]
            return network
        }
        let workspace = try Workspace(network(noise: 0.5), labelledBy: network(noise: 0), samples: 40)
        let report = try report(workspace, "--method", "svd", "--models", ".", "--shares", "0.9998,0.9996,0.9994,0.9992,0.999")
        #expect(report.points.count == 5)
        #expect(Set(report.points.compactMap(\.name)).count == report.points.count)
        for point in report.points {
            let path = try workspace.folder.path(#require(point.name))
            #expect(try ParameterCount.of(Model.load(from: path).proto) == point.parameters)
        }
    }

    @Test("A point's file has the loss that was reported for it")
    func reportedLoss() throws {
        let workspace = try Workspace()
        try Samples(count: 90, seed: 8, labelledBy: Networks.convolutional(noise: 0)).write(to: workspace.folder.path("holdout.npz"))
        let report = try report(workspace, "--models", ".", "--shares", "0.5", "--holdout", "holdout.npz")
        #expect(report.samples == FrontierReport.Samples(fit: 192, select: 48, certify: 90))
        let point = try #require(report.points.last)
        let outcome = try Command.run(
            ["evaluate", #require(point.name), "--data", "holdout.npz", "--against", "model.onnx", "--threads", "1", "--quiet", "--json"],
            in: workspace.folder.path)
        let evaluation = try JSONDecoder().decode(EvaluationReport.self, from: Data(outcome.output.utf8))
        let certified = try #require(point.loss.certify)
        #expect(abs(evaluation.loss - certified.after) < 1e-9)
        #expect(abs(try #require(evaluation.against).difference - certified.difference) < 1e-9)
        #expect(evaluation.metrics.first?.value == point.metric?.after)
    }

    @Test("Page, picture and report are written, and tell what is printed")
    func files() throws {
        let workspace = try Workspace()
        let before = try workspace.folder.contents()
        let printed = try report(
            workspace, "--html", "frontier.html", "--svg", "frontier.svg", "--report", "frontier.json", "--shares", "0.7,0.5")
        #expect(try JSONDecoder().decode(FrontierReport.self, from: workspace.folder.read("frontier.json")) == printed)
        #expect(printed.points.allSatisfy { $0.name == nil })
        let text = { String(decoding: try workspace.folder.read($0), as: UTF8.self) }
        let drawing = FrontierDrawing(printed)
        #expect(try text("frontier.html") == drawing.html() + "\n")
        #expect(try text("frontier.svg") == drawing.svg() + "\n")
        #expect(try text("frontier.svg").contains("<svg"))
        let after = try workspace.folder.contents()
        #expect(Set(after.keys).subtracting(before.keys) == ["frontier.html", "frontier.svg", "frontier.json"])
    }

    @Test("Without --json a table is printed")
    func table() throws {
        let workspace = try Workspace(samples: 60)
        let outcome = try Command.run(arguments(["--shares", "0.7", "--report", "frontier.json"]), in: workspace.folder.path)
        let report = try JSONDecoder().decode(FrontierReport.self, from: workspace.folder.read("frontier.json"))
        #expect(outcome.exitCode == 0 && outcome.errors == "")
        #expect(outcome.output == report.text() + "\n")
    }

    @Test("The same seed gives the same files and the same report, times apart", arguments: ["1", "2"])
    func sameBytes(threads: String) throws {
        let workspace = try Workspace()
        func run() throws -> (FrontierReport, [String: Data]) {
            var report = try report(workspace, "--models", ".", "--shares", "0.8,0.6,0.4", "--seed", "5", "--threads", threads)
            report.seconds = .init(calibrate: 0, plan: 0, verify: 0, total: 0)
            report.peakMemoryMiB = 0
            report.original.latencyMs = nil
            for index in report.points.indices { report.points[index].latencyMs = nil }
            return (report, try workspace.folder.contents())
        }
        let (first, second) = try (run(), run())
        #expect(first.0 == second.0)
        #expect(first.1 == second.1)
        #expect(first.0.points.count >= 2)
        #expect(first.1.count == 2 + first.0.points.count)
    }

    @Test("A size that cannot be reached is no error: the walk ends before it")
    func unreachable() throws {
        let workspace = try Workspace(samples: 60)
        let report = try report(workspace, "--method", "svd", "--shares", "0.5,0.01")
        #expect(report.points.count == 1)
    }

    @Test("Nothing to factor: a frontier without points, and drawings that say so")
    func noLayers() throws {
        let workspace = try Workspace(samples: 40)
        let report = try report(workspace, "--exclude", "*", "--html", "frontier.html", "--svg", "frontier.svg")
        #expect(report.points.isEmpty)
        #expect(report.smallestLossless == nil)
    }

    @Test("Bad input ends like that of other commands")
    func badInput() throws {
        let workspace = try Workspace(samples: 24)
        try workspace.expectFailure(["frontier", "model.onnx"], exitCode: 64, "'--calibration <file>'")
        for (options, message) in [
            (["--shares", "0.5,0"], "--shares 0.0"), (["--shares", "2"], "--shares 2.0"), (["--shares", "half"], "'half' is invalid"),
            (["--threads", "0"], "--threads 0"),
            (["--include", "none"], "'none'"), (["--optimize", "speed"], "'speed' is invalid for '--optimize"),
        ] {
            try workspace.expectFailure(arguments(options), exitCode: 64, message)
        }
        try workspace.expectFailure(arguments(["--holdout", "none.npz"]), exitCode: 66, "'none.npz'")
        try workspace.expectFailure(arguments(["--models", "nowhere"]), exitCode: 73, "nowhere")
        for option in ["--html", "--svg", "--report"] {
            try workspace.expectFailure(arguments([option, "nowhere/file"]), exitCode: 73, "'nowhere/file'")
            try workspace.expectFailure(arguments([option, "data.npz"]), exitCode: 73, "'data.npz'")
            try workspace.expectFailure(arguments([option, "model.onnx"]), exitCode: 73, "'model.onnx'")
        }
    }
}
