import LowRank
import OnnxRuntimeEngine
import Reporting
import Search
import TestSupport
import Testing

@testable import JointRank

@Suite("Planning", .enabled(if: (try? Runtime.shared()) != nil, "ONNX Runtime is not there"))
struct PlanningTests {
    private let workspace: Workspace
    private let model: LoadedModel

    init() throws {
        workspace = try Workspace(samples: 80)
        model = try LoadedModel(path: workspace.folder.path("model.onnx"), threads: 1, merging: true)
    }

    private func options(_ method: Method, keep: Double? = nil, forced: [CompressionOptions.ForcedRank] = []) -> CompressionOptions {
        CompressionOptions(
            model: model.path, calibration: workspace.folder.path("data.npz"), output: workspace.folder.path("small.onnx"),
            mode: .lossless, method: method,
            // Rivals predict nothing.
            omitting: method == .joint ? [.rivals] : [], optimize: .size, keepParameters: keep, forcedRanks: forced, threads: 1)
    }

    private func planned(_ options: CompressionOptions) throws -> (PlannedModel, CompressionReport) {
        let run = Run(options, nil)
        let split = try SampleSplit.reading(for: model, run)
        let planned = try PlannedModel.planning(model, model, split, keeping: Requirement(options, split), run)
        return (planned, try planned.report(run))
    }

    @Test("The size that was asked for is kept, and the report's layers add up to it", arguments: [Method.joint, .kfacSVD, .zsSVD])
    func size(method: Method) throws {
        let (planned, report) = try planned(options(method, keep: 0.6))
        let point = try #require(planned.choice.point)
        let parameters = planned.calibrated.costs.parameters(of: point.layers)
        #expect(Double(parameters) <= 0.6 * Double(model.parameters))
        #expect(report.layers.reduce(model.parameters) { $0 - $1.parameters.before + $1.parameters.after } == parameters)
        let chosen = try #require(report.walk.chosen)
        #expect(report.walk.points[chosen].parameters == parameters)
        for layer in point.layers {
            let entry = try #require(report.layers.first { $0.name == layer.name })
            #expect(entry.rank == (layer.isDense ? nil : layer.rank))
            #expect(entry.fullRank == layer.shape.fullRank)
            #expect((entry.predicted != nil) == (method != .kfacSVD && !layer.isDense))
        }
    }

    @Test("A forced rank is written as two factors, and all other layers stay as they are")
    func forced() throws {
        let (planned, report) = try planned(options(.svd, forced: [.init(pattern: "conv1", rank: 2)]))
        let point = try #require(planned.choice.point)
        #expect(point.layers.filter(\.isChanged).map(\.name) == ["conv1"])
        #expect(point.layers.filter(\.isForced).map(\.rank) == [2])
        #expect(report.layers.filter { $0.form != "dense" }.map(\.reason) == ["rank prescribed"])
        #expect(
            report.layers.filter { $0.form == "dense" && $0.fullRank != nil }.allSatisfy {
                $0.reason.contains("dense") || $0.reason.contains("excluded")
            })
    }

    @Test("A size that cannot be reached is said before anything is searched")
    func unreachable() throws {
        let (planned, report) = try planned(options(.joint, keep: 0.01))
        #expect(planned.choice.point == nil && planned.choice.walk.isEmpty)
        #expect(report.walk.measuredCandidates == 0)
        #expect(report.notes.first?.contains("--keep-params 0.01 cannot be reached") == true)
    }
}
