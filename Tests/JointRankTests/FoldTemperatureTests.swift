import Foundation
import ONNXModel
import Reporting
import TestSupport
import Testing

@Suite("compress --fold-temperature")
struct FoldTemperatureTests {
    enum Kind: CaseIterable {
        case gemm
        case softmax
        case sum
        case constants

        func model(noise: Double) throws -> Model {
            switch self {
            case .gemm: try Networks.convolutional(noise: noise)
            case .softmax: try Networks.convolutional(noise: noise, endsInSoftmax: true)
            case .sum: try Networks.perceptron(noise: noise)
            case .constants: try Networks.perceptron(noise: noise, weightsInConstants: true)
            }
        }

        /// Ranks for all layers, the last one too; for the first one alone; a size, for which the last one may be in pivoted form.
        var options: [[String]] {
            let first = self == .gemm || self == .softmax ? "conv1" : "product1"
            return [["--force-rank", "*=2"], ["--force-rank", "\(first)=2"], ["--keep-params", "0.4", "--method", "svd"]]
        }
    }

    @Test(
        "divides the logits by the temperature that suits the result, and changes nothing else", arguments: Kind.allCases, 0..<3)
    func folding(kind: Kind, number: Int) throws {
        let workspace = try Workspace(kind.model(noise: 0.5), labelledBy: kind.model(noise: 0))
        let options = ["--mode", "lossless"] + kind.options[number]
        let plain = try workspace.report(options)
        let folded = try workspace.report(options + ["--fold-temperature"])
        #expect(plain.foldedTemperature == nil && !plain.notes.contains { $0.contains("--fold-temperature") })
        let done = try #require(folded.foldedTemperature)
        #expect(done.samples == 180 && abs(done.temperature - 1) > 0.1)
        #expect(folded.notes.contains { $0.hasPrefix("--fold-temperature: the weight and bias of \(done.layer) were divided by ") })
        #expect(folded.layers.map(\.rank) == plain.layers.map(\.rank) && folded.layers.map(\.form) == plain.layers.map(\.form))
        #expect(folded.parameters == plain.parameters)

        let (before, after) = (try #require(plain.holdout), try #require(folded.holdout))
        #expect(before.accuracy == after.accuracy && before.disagreement == after.disagreement)
        let (own, scaled) = (try #require(before.calibrated), try #require(after.calibrated))
        // Probabilities in float32 have lost what is left of the lowest logits.
        #expect(abs(own.after - scaled.after) < (kind == .softmax ? 1e-3 : 1e-4) && own.before == scaled.before)
        #expect(abs(scaled.temperatures.after * done.temperature / own.temperatures.after - 1) < 5e-3)
        #expect(abs(before.loss.after - after.loss.after) > 1e-3)
    }

    @Test("takes the products apart where as one they have no linear last layer, or says so before the work")
    func stacking() throws {
        var random = RandomTensors(seed: 4)
        let weights = [
            ("first", try random.nearlyLowRank([24, 32], rank: 4, noise: 0.2)),
            ("own", try random.normal([32, Networks.classes], deviation: 2)),
            ("other", try random.normal([32, Networks.classes], deviation: 2)),
        ]
        let heads = model(
            graph(
                [
                    node("MatMul", ["features", "first"], "product"), node("Tanh", ["product"], "hidden"),
                    node("MatMul", ["hidden", "own"], "scores"), node("MatMul", ["hidden", "other"], "others"),
                ], weights, inputs: [value("features", [nil, 24])],
                outputs: [value("scores", [nil, Networks.classes]), value("others", [nil, Networks.classes])]), operatorSet: 13)
        let workspace = try Workspace(heads, labelledBy: heads)
        let options = ["--fold-temperature", "--mode", "lossless", "--keep-params", "0.6", "--method", "svd"]
        try workspace.expectFailure(
            Workspace.arguments(options + ["--stack", "always"]), exitCode: 65, "which is not linear")
        #expect(try workspace.report(options + ["--stack", "auto"]).foldedTemperature != nil)
    }

    @Test("is refused before the work where there is no temperature, or no linear last layer")
    func refusals() throws {
        let workspace = try Workspace()
        try workspace.expectFailure(
            compressing: "--fold-temperature", "--loss", "divergence", "--tolerance", "0.1", exitCode: 64,
            "--fold-temperature is for the loss 'cross-entropy', and not for 'divergence'")
        var bent = try Networks.perceptron()
        bent.proto.graph.node[7].output = ["sum3"]
        bent.proto.graph.node[7].name = "sum3"
        bent.proto.graph.node.append(node("Tanh", ["sum3"], "scores"))
        try Workspace(bent, labelledBy: bent).expectFailure(
            compressing: "--fold-temperature", exitCode: 65,
            "--fold-temperature: 'model.onnx': the output comes from Tanh 'scores', which is not linear")
    }
}
