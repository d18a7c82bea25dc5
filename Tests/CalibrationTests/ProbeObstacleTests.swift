import Calibration
import ONNXModel
import TestSupport
import Tensors
import Testing

@Suite("Layers without gates")
struct ProbeObstacleTests {
    /// x -> W1 -> operator -> W2 -> scores.
    private func probe(_ middle: NodeProto, shape: [Int?] = [nil, 6], ending: [NodeProto] = []) throws -> SensitivityProbe {
        var random = RandomTensors(seed: 41)
        let model = model(
            graph(
                [node("MatMul", ["x", "w1"], "p1", name: "below"), middle, node("MatMul", ["t1", "w2"], "p2", name: "above")] + ending,
                [("w1", try random.normal([6, 6])), ("w2", try random.normal([6, 5]))], inputs: [value("x", shape)],
                outputs: [value("y", [nil, 5])]))
        return try ProbeCase(testDescription: "", network: model).probe(samples: 4).probe
    }

    private let identity = node("Identity", ["p2"], "y")

    @Test("An operator without a rule stops the layers below it, and no others")
    func noRule() throws {
        let probe = try probe(node("Mod", ["p1", "p1"], "t1", name: "odd", .int("fmod", 1)), ending: [identity])
        #expect(probe.layers.map(\.name) == ["above"])
        #expect(probe.obstacles.keys.sorted() == ["below"])
        let reason = try #require(probe.obstacles["below"])
        #expect(reason.contains("Mod") && reason.contains("odd"))
    }

    @Test("A layer whose result does not reach the scores has no gates")
    func noInfluence() throws {
        let probe = try probe(
            node("Tanh", ["x"], "t1"), ending: [node("Identity", ["p1"], "unused"), identity])
        #expect(probe.layers.map(\.name) == ["above"])
        #expect(probe.obstacles["below"]?.contains("does not influence") == true)
    }

    @Test("A layer whose results do not have samples first has no gates, whether the batch is free or fixed", arguments: [nil, 2])
    func otherAxis(batch: Int?) throws {
        var random = RandomTensors(seed: 42)
        let model = model(
            graph(
                [
                    node("Transpose", ["x"], "positions", .ints("perm", [1, 0, 2])),
                    node("MatMul", ["positions", "w1"], "p1", name: "swapped"),
                    node("ReduceMean", ["p1"], "m1", .ints("axes", [0]), .int("keepdims", 0)),
                    node("MatMul", ["m1", "w2"], "y", name: "head"),
                ],
                [("w1", try random.normal([6, 6])), ("w2", try random.normal([6, 5]))], inputs: [value("x", [batch, 3, 6])],
                outputs: [value("y", [batch, 5])]))
        let probe = try ProbeCase(testDescription: "", network: model).probe(samples: 4).probe
        #expect(probe.layers.map(\.name) == ["head"])
        #expect(probe.obstacles == ["swapped": "samples do not lie along the first axis of its result"])
    }
}
