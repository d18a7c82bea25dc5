import Foundation
import ONNXModel
import Reporting
import TestSupport
import Testing

@Suite("Written files, judged by the onnx package and ONNX Runtime", .enabled(if: ReferencePython.isInstalled, "\(ReferencePython.hint)"))
struct WrittenFileTests {
    @Test("pass the checker and run alike with optimisations off and on", arguments: VariantTests.variants)
    func variants(_ variant: VariantTests.Variant) throws {
        let workspace = try Workspace(variant.model, labelledBy: variant.teacher)
        _ = try workspace.report("--mode", "lossless", "--keep-params", "0.6")
        try check(workspace, differing: true)
        _ = try workspace.report("--force-rank", "*=full")
        try check(workspace, differing: false)
    }

    @Test("also with a fixed batch, probabilities and external data", arguments: [1, 4])
    func fixedBatch(length: Int) throws {
        let workspace = try Workspace(
            Networks.convolutional(batch: length, endsInSoftmax: true), labelledBy: Networks.convolutional(noise: 0), samples: 60)
        let (model, data) = try Networks.convolutional(batch: length, endsInSoftmax: true).movingWeights(to: "weights.bin")
        try workspace.folder.write(model.serialized(), to: "model.onnx")
        try workspace.folder.write(data, to: "weights.bin")
        _ = try workspace.report("--force-rank", "*=full")
        try check(workspace, differing: false)
    }

    @Test("also with convolutions whose input channels are narrowed")
    func narrowed() throws {
        let workspace = try Workspace(Networks.narrow(noise: 0.1), labelledBy: Networks.narrow(noise: 0))
        let report = try workspace.report("--mode", "lossless", "--keep-params", "0.15")
        let layer = try #require(report.layers.first { $0.name == "conv" })
        #expect(layer.form == "tucker2-pivoted")
        let stored = try ParameterCount.of(Model.load(from: workspace.folder.path("small.onnx")).proto)
        #expect(stored == report.parameters.after && Double(stored) <= 0.15 * Double(report.parameters.before))
        let holdout = try #require(report.holdout)
        #expect(abs(holdout.loss.difference) < 0.1)
        try check(workspace, differing: true)
    }

    private func check(_ workspace: Workspace, differing: Bool, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let path = workspace.folder.path("small.onnx")
        let written = try WrittenModel.checked(
            path, against: workspace.folder.path("model.onnx"), data: workspace.folder.path("data.npz"))
        #expect(written.optimised < 1e-5, sourceLocation: sourceLocation)
        #expect((written.original < 1e-4) != differing, sourceLocation: sourceLocation)
        #expect(written.metadata.keys.sorted() == ["jointrank.layers", "jointrank.version"], sourceLocation: sourceLocation)
    }
}
