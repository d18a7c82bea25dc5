import Foundation
import JointRank
import ONNXModel
import Reporting
import TestSupport
import Testing

@Suite("Methods by name")
struct MethodTests {
    private static let names = ["svd", "fwsvd", "asvd", "svd-llm", "balf", "kfac-svd", "zs-svd", "first-order", "joint"]

    @Test("Each writes a valid model of the size asked for, which is the size that it reports", arguments: names)
    func writes(method: String) throws {
        let workspace = try Workspace()
        let report = try workspace.report("--method", method, "--mode", "lossless", "--keep-params", "0.6")
        #expect(report.method == method)
        #expect(Double(report.parameters.after) <= 0.6 * 3510)
        let path = workspace.folder.path("small.onnx")
        #expect(try ParameterCount.of(Model.load(from: path).proto) == report.parameters.after)
        let difference = try relativeDifference(path, workspace.folder.path("model.onnx"))
        #expect(difference > 0 && difference < 1)
        let lost = report.layers.reduce(0) { $0 + $1.parameters.before - $1.parameters.after }
        #expect(report.parameters.before - report.parameters.after == lost)
    }

    @Test("Each treats grouped convolutions", arguments: names)
    func grouped(method: String) throws {
        let workspace = try Workspace(Networks.grouped(), labelledBy: Networks.grouped(noise: 0))
        let report = try workspace.report("--method", method, "--mode", "lossless", "--keep-params", "0.7")
        #expect(try ParameterCount.of(Model.load(from: workspace.folder.path("small.onnx")).proto) == report.parameters.after)
    }

    @Test("These are all, and joint is what is taken without asking")
    func list() throws {
        #expect(Method.allCases.map(\.rawValue) == MethodTests.names)
        let workspace = try Workspace(samples: 40)
        #expect(try workspace.report("--force-rank", "*=2").method == "joint")
    }

    @Test(
        "Each piece of the joint method can be left out, and changes what comes out",
        // Labels and rivals change something only where the select samples say so; see `StagedObjectiveTests` and `RivalsTests`.
        arguments: Ablation.allCases.filter { ![.trustRegion, .spatialScheme, .refinement, .labels, .rivals].contains($0) })
    func pieces(piece: Ablation) throws {
        let workspace = try Workspace(samples: 120)
        // Where a rival is taken, hardly anything else counts; and what is learned again may come to the same by other decisions.
        let others = ["rivals"] + (piece == .allSamples ? [] : ["all-samples"])
        let options = ["--mode", "lossless", "--keep-params", "0.15"] + others.flatMap { ["--without", $0] }
        let whole = try workspace.report(options)
        let partial = try workspace.report(options + ["--without", piece.rawValue])
        #expect(Double(partial.parameters.after) <= 0.15 * Double(partial.parameters.before))
        #expect(partial.holdout?.loss.after != whole.holdout?.loss.after)
    }

    @Test("What was chosen is refined at the same ranks, as far as the select samples confirm it")
    func refinement() throws {
        let workspace = try Workspace(samples: 1200)
        // By the original's answers: by the labels, stages leave nothing that is beyond doubt.
        let options = ["--mode", "lossless", "--keep-params", "0.15", "--without", "labels", "--without", "all-samples"]
        let refined = try workspace.report(options)
        let plain = try workspace.report(options + ["--without", "refinement"])
        #expect(refined.layers.map(\.rank) == plain.layers.map(\.rank))
        func chosen(_ report: CompressionReport) throws -> CompressionReport.WalkPoint {
            report.walk.points[try #require(report.walk.chosen)]
        }
        let (after, before) = (try chosen(refined), try chosen(plain))
        #expect(after.parameters == before.parameters)
        #expect(after.loss.difference + after.loss.standardError < before.loss.difference + before.loss.standardError)
        #expect(refined.walk.points.count == plain.walk.points.count + 1)
        #expect(refined.walk.points.contains { $0.loss == before.loss })
        #expect(refined.walk.measuredCandidates > plain.walk.measuredCandidates)
    }

    @Test("Only the joint method has such pieces")
    func piecesOfOthers() throws {
        let workspace = try Workspace(samples: 24)
        try workspace.expectFailure(
            compressing: "--method", "svd", "--without", "refit", exitCode: 64, "--without is for the method 'joint', not 'svd'")
        try workspace.expectFailure(compressing: "--without", "nothing", exitCode: 64, "'nothing' is invalid for '--without")
    }

    @Test("An unknown one is refused by both commands that take one")
    func unknown() throws {
        let workspace = try Workspace(samples: 24)
        let message = "'tucker' is invalid for '--method"
        try workspace.expectFailure(compressing: "--method", "tucker", exitCode: 64, message)
        try workspace.expectFailure(
            ["frontier", "model.onnx", "--calibration", "data.npz", "--method", "tucker"], exitCode: 64, message)
    }
}
