import GraphRewriting
import ONNXModel
import OnnxRuntimeEngine
import Tensors
import Testing

@Suite("Products of one value as one", .enabled(if: (try? Runtime.shared()) != nil, "ONNX Runtime is not there"))
struct StackedWeightsTests {
    private func weight(_ name: String, _ columns: Int, rows: Int = 6) -> TensorProto {
        floats(name, [rows, columns], (0..<rows * columns).map { Float(($0 * 31 + name.count * 7 + columns) % 17) / 17 - 0.5 })
    }

    /// x has three products of its own, one with a weight that is used again, one from the left, one with a weight of another height.
    private func attention(operatorSet: Int = 13) -> Model {
        model(
            graph(
                [
                    node("MatMul", ["x", "query"], "q"), node("MatMul", ["x", "used.twice"], "t"), node("MatMul", ["x", "key"], "k"),
                    node("MatMul", ["q", "other"], "o"), node("MatMul", ["x", "value"], "v"), node("MatMul", ["k", "used.twice"], "u"),
                    node("Concat", ["o", "t", "k", "v", "u"], "y", .int("axis", -1)),
                ],
                [
                    weight("query", 4), weight("used.twice", 5), weight("key", 6), weight("other", 3, rows: 4), weight("value", 2),
                ], inputs: [value("x", [2, 3, 6])], outputs: [value("y", [2, 3, 21])]), operatorSet: operatorSet)
    }

    @Test("Outputs stay, and the stack is one layer")
    func stacking() throws {
        let original = attention()
        let stacked = try StackedWeights(of: original)
        #expect(stacked.stacks == [["q", "k", "v"]])
        #expect(try ParameterCount.of(stacked.model.proto) == ParameterCount.of(original.proto))
        let layers = LayerCatalogue(model: stacked.model).layers
        #expect(layers.map(\.weightShape) == [[6, 12], [6, 5], [4, 3]])
        #expect(layers.first?.name == "q+k+v/MatMul")
        let x = try Tensor(shape: [2, 3, 6], (0..<36).map { Float($0 % 13) / 13 - 0.4 })
        let before = try #require(try Session(model: original.serialized()).run(["x": x])["y"]?.elements(as: Float.self))
        let after = try #require(try Session(model: stacked.model.serialized()).run(["x": x])["y"]?.elements(as: Float.self))
        #expect(before.count == after.count)
        for (a, b) in zip(before, after) { #expect(abs(a - b) < 1e-6) }
    }

    @Test("Before operator set 13, and where nothing shares an input, all stays as it is")
    func untouched() throws {
        let old = attention(operatorSet: 12)
        #expect(try StackedWeights(of: old).model.proto == old.proto)
        let chain = model(
            graph(
                [node("MatMul", ["x", "a"], "h"), node("MatMul", ["h", "b"], "y")], [weight("a", 6), weight("b", 6)],
                inputs: [value("x", [1, 6])], outputs: [value("y", [1, 6])]), operatorSet: 13)
        let stacked = try StackedWeights(of: chain)
        #expect(stacked.stacks.isEmpty && stacked.model.proto == chain.proto)
    }
}
