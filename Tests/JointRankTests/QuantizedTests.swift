import Foundation
import ONNXModel
import Reporting
import TestSupport
import Tensors
import Testing

@Suite("Quantized models are left alone")
struct QuantizedTests {
    /// Features [24] -> 8-bit weights behind DequantizeLinear, and an activation that is quantized and back, twice -> scores.
    private static func network() throws -> Model {
        func integers(_ shape: [Int]) throws -> Tensor {
            try Tensor(shape: shape, (0..<shape.reduce(1, *)).map { Int8(($0 * 37) % 101 - 50) })
        }
        var nodes: [NodeProto] = []
        for (input, layer, output) in [("features", "1", "hidden"), ("hidden", "2", "scores")] {
            nodes += [
                node("QuantizeLinear", [input, "scale", "zero"], "quantized\(layer)"),
                node("DequantizeLinear", ["quantized\(layer)", "scale", "zero"], "input\(layer)"),
                node("DequantizeLinear", ["weight\(layer)", "scale", "zero"], "weight\(layer).wide"),
                node("MatMul", ["input\(layer)", "weight\(layer).wide"], output, name: "product\(layer)"),
            ]
        }
        return model(
            graph(
                nodes,
                [
                    ("weight1", try integers([24, 32])), ("weight2", try integers([32, Networks.classes])),
                    ("scale", Tensor(scalar: Float(0.02))), ("zero", Tensor(scalar: Int8(0))),
                ],
                inputs: [value("features", [nil, 24])], outputs: [value("scores", [nil, Networks.classes])]))
    }

    @Test("inspect says so")
    func inspected() throws {
        let workspace = try Workspace(QuantizedTests.network(), labelledBy: QuantizedTests.network(), samples: 24)
        let outcome = try Command.run(["inspect", "model.onnx", "--json"], in: workspace.folder.path)
        #expect(outcome.exitCode == 0 && outcome.errors == "")
        let report = try JSONDecoder().decode(InspectionReport.self, from: Data(outcome.output.utf8))
        #expect(report.layers.map(\.name) == ["product1", "product2"])
        #expect(report.layers.allSatisfy { !$0.treatable && $0.reason == "quantized" })
    }

    @Test("compress has nothing to factor, and writes nothing")
    func compressed() throws {
        let workspace = try Workspace(QuantizedTests.network(), labelledBy: QuantizedTests.network())
        let before = try workspace.folder.contents()
        let report = try workspace.report(exitCode: 3)
        #expect(report.notes.first == "nothing was written: no layer of the model can be factored")
        #expect(report.layers.map(\.reason) == ["quantized", "quantized"])
        #expect(try workspace.folder.contents() == before)
    }
}
