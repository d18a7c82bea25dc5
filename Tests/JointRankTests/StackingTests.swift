import ONNXModel
import Reporting
import TestSupport
import Testing

@Suite("Products of one value that share their first factor")
struct StackingTests {
    /// Features [24] -> gate and up, two products of one value -> their product -> scores.
    private func gated(noise: Double, operatorSet: Int = 13) throws -> Model {
        var random = RandomTensors(seed: 9)
        let weights = [
            ("gate.weight", try random.nearlyLowRank([24, 32], rank: 4, noise: noise)),
            ("up.weight", try random.nearlyLowRank([24, 32], rank: 4, noise: noise)),
            ("down.weight", try random.normal([32, Networks.classes], deviation: 2)),
        ]
        return model(
            graph(
                [
                    node("MatMul", ["features", "gate.weight"], "gate"), node("Sigmoid", ["gate"], "open"),
                    node("MatMul", ["features", "up.weight"], "up"), node("Mul", ["open", "up"], "hidden"),
                    node("MatMul", ["hidden", "down.weight"], "scores"),
                ], weights, inputs: [value("features", [nil, 24])], outputs: [value("scores", [nil, Networks.classes])]),
            operatorSet: operatorSet)
    }

    func workspace(operatorSet: Int = 13) throws -> Workspace {
        try Workspace(gated(noise: 0.5, operatorSet: operatorSet), labelledBy: gated(noise: 0))
    }

    @Test("are one layer of the written file, which says the size that it has")
    func always() throws {
        let workspace = try workspace()
        let report = try workspace.report("--mode", "lossless", "--keep-params", "0.5", "--stack", "always")
        #expect(report.layers.contains { $0.name == "gate+up/MatMul" })
        #expect(report.notes.contains("products of one value were made one: gate + up"))
        #expect(report.parameters.before == 2 * 24 * 32 + 32 * Networks.classes)
        #expect(try ParameterCount.of(Model.load(from: workspace.folder.path("small.onnx")).proto) == report.parameters.after)
        #expect(Double(report.parameters.after) <= 0.5 * Double(report.parameters.before))
    }

    @Test(
        "compute the same at full rank, in a file that the onnx package takes",
        .enabled(if: ReferencePython.isInstalled, "\(ReferencePython.hint)"))
    func fullRank() throws {
        let workspace = try workspace()
        _ = try workspace.report("--mode", "lossless", "--force-rank", "*=full", "--stack", "always")
        let written = try WrittenModel.checked(
            workspace.folder.path("small.onnx"), against: workspace.folder.path("model.onnx"), data: workspace.folder.path("data.npz"))
        #expect(written.original < 1e-5 && written.optimised < 1e-5)
    }

    @Test("are what measures better where that is asked for: never worse than the better of both, by the select samples")
    func automatic() throws {
        let workspace = try workspace()
        var sizes: [String: CompressionReport] = [:]
        for stacking in ["never", "always", "auto"] {
            sizes[stacking] = try workspace.report("--tolerance", "0.05", "--stack", stacking, "--without", "all-samples")
        }
        let (never, always) = (try #require(sizes["never"]).parameters.after, try #require(sizes["always"]).parameters.after)
        #expect(try #require(sizes["auto"]).parameters.after == min(never, always))
    }

    @Test("stay apart before operator set 13, and the report says so")
    func older() throws {
        let report = try workspace(operatorSet: 12).report("--mode", "lossless", "--keep-params", "0.7", "--stack", "always")
        #expect(report.notes.contains { $0.hasPrefix("no products of one value were made one") })
    }
}
