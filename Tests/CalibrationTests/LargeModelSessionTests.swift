import Calibration
import Foundation
import ONNXModel
import OnnxRuntimeEngine
import Tensors
import TestSupport
import Testing

@Suite("Sessions of large models", .enabled(if: (try? Runtime.shared()) != nil, "ONNX Runtime is not there"))
struct LargeModelSessionTests {
    private static let width = 160

    /// Two products, of a weight each that is worth lending, and one that is an output as well.
    private func network(irVersion: Int64 = 8) throws -> Model {
        var random = RandomTensors(seed: 3)
        let width = LargeModelSessionTests.width
        let weights = try ["first", "second", "shown"].map { ($0, try random.normal([width, width])) }
        var network = model(
            graph(
                [node("MatMul", ["x", "first"], "h"), node("Relu", ["h"], "r"), node("MatMul", ["r", "second"], "y")], weights,
                inputs: [value("x", [nil, width])], outputs: [value("y", [nil, width]), value("shown", [width, width])]))
        network.proto.irVersion = irVersion
        // Up to version 3, initializers had to be inputs as well.
        if irVersion < 4 { network.proto.graph.input += weights.map { value($0.0, [width, width]) } }
        return network
    }

    @Test("They compute the same, from weights in their file", arguments: [3, 8] as [Int64])
    func sameOutputs(irVersion: Int64) throws {
        let folder = try TemporaryFolder()
        let network = try network(irVersion: irVersion)
        try network.save(to: folder.path("model.onnx"))
        let large = try Model.load(from: folder.path("model.onnx"), holding: 0)
        #expect(try Set(LentWeights(of: large).weights.keys) == ["first", "second"])
        var random = RandomTensors(seed: 4)
        let inputs = ["x": try random.normal([5, LargeModelSessionTests.width])]
        let session = try Session(of: large)
        #expect(session.inputs.map(\.name) == ["x"])
        let (expected, found) = (try Session(of: network).run(inputs), try session.run(inputs))
        #expect(found["shown"] == expected["shown"])
        let pairs = zip(try #require(found["y"]?.elements(as: Float.self)), try #require(expected["y"]?.elements(as: Float.self)))
        #expect(pairs.allSatisfy { abs($0 - $1) <= 1e-4 * max(1, abs($1)) })
        // Weights in a message that somebody else holds no more.
        let again = try Session(of: large.inliningExternalData())
        #expect(try again.run(inputs) == expected)
    }

    @Test("Weights are read for those that are run alone")
    func unread() throws {
        let folder = try TemporaryFolder()
        try network().save(to: folder.path("model.onnx"))
        let large = try Model.load(from: folder.path("model.onnx"), holding: 0)
        let expected = try InferredTypes.of(large)
        // A weight that is an output as well is read in any case, so it has to go.
        var other = large
        other.proto.graph.initializer.removeAll { $0.name == "shown" }
        other.proto.graph.output.removeLast()
        try FileManager.default.removeItem(atPath: folder.path("model.onnx"))
        #expect(try InferredTypes.of(other)["y"] == expected["y"])
        #expect(try Session(of: other, running: false).inputs.map(\.name) == ["x"])
        #expect(throws: ModelError.self) { try Session(of: other) }
    }

    @Test("Types are observed alike")
    func sameTypes() throws {
        let folder = try TemporaryFolder()
        let network = try network()
        try network.save(to: folder.path("model.onnx"))
        let large = try Model.load(from: folder.path("model.onnx"), holding: 0)
        let observed = try [network, large].map { model in
            try ObservedTypes(of: model, batch: BatchPolicy(inputs: Session(of: network).inputs)) { count in
                [
                    "x": try Tensor(
                        shape: [count, LargeModelSessionTests.width], [Float](repeating: 1, count: count * LargeModelSessionTests.width))
                ]
            }
        }
        #expect(observed[0].types == observed[1].types && observed[0].bytesPerSample == observed[1].bytesPerSample)
    }
}
