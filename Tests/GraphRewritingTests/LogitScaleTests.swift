import Foundation
import ONNXModel
import OnnxRuntimeEngine
import Tensors
import Testing

@testable import GraphRewriting

@Suite("The scale of the logits")
struct LogitScaleTests {
    /// x [3, 6] -> h -> what the nodes make of it -> y.
    private func classifier(_ nodes: [NodeProto], _ tensors: [TensorProto], shape: [Int?] = [3, 4], operatorSet: Int = 13) -> Model {
        model(
            graph(
                [node("MatMul", ["x", "first"], "p"), node("Tanh", ["p"], "h")] + nodes, [weight("first", [6, 5])] + tensors,
                inputs: [value("x", [3, 6])], outputs: [value("y", shape)]), operatorSet: operatorSet)
    }

    private func outputs(of model: Model) throws -> [Double] {
        let input = try Tensor(shape: [3, 6], (0..<18).map { Float($0 * 7 % 11) / 11 - 0.4 })
        return try #require(Session(model: model.serialized()).run(["x": input])["y"]).doubles
    }

    /// Nodes between h and y, and the shape of y.
    private static let linear: [(name: String, nodes: [NodeProto], tensors: [TensorProto], shape: [Int?])] = [
        ("product", [node("MatMul", ["h", "w"], "y")], [weight("w", [5, 4])], [3, 4]),
        (
            "product and bias, the bias first", [node("MatMul", ["h", "w"], "q"), node("Add", ["b", "q"], "y")],
            [weight("w", [5, 4]), weight("b", [4])], [3, 4]
        ),
        (
            "Gemm with alpha and beta", [node("Gemm", ["h", "w", "b"], "y", .int("transB", 1), .float("alpha", 0.5), .float("beta", 2))],
            [weight("w", [4, 5]), weight("b", [4])], [3, 4]
        ),
        (
            "constants of nodes, behind a Transpose",
            [
                constantNode("c", weight("w", [4, 5])), node("Transpose", ["c"], "t"), node("MatMul", ["h", "t"], "q"),
                constantNode("b", weight("b", [1, 4])), node("Add", ["q", "b"], "y"),
            ], [], [3, 4]
        ),
        (
            "two addends, a Relu and a Transpose",
            [
                node("MatMul", ["h", "w"], "q"), node("Add", ["q", "b"], "r"), node("Add", ["c", "r"], "s"), node("Relu", ["s"], "t"),
                node("Transpose", ["t"], "y"),
            ], [weight("w", [5, 4]), weight("b", [4]), weight("c", [3, 4])], [4, 3]
        ),
        (
            "a convolution that is averaged over its places",
            [
                node("Unsqueeze", ["h", "axes"], "u"), node("Conv", ["u", "w", "b"], "q"), node("GlobalAveragePool", ["q"], "a"),
                node("Flatten", ["a"], "y"),
            ], [TensorProto(name: "axes", Tensor([Int64(1)])), weight("w", [4, 1, 3]), weight("b", [4])], [3, 4]
        ),
    ]

    @Test("Is that of the last layer's constants", arguments: LogitScaleTests.linear.indices)
    func scaled(number: Int) throws {
        let network = LogitScaleTests.linear[number]
        let original = classifier(network.nodes, network.tensors, shape: network.shape)
        let scaled = try LogitScale(of: "y", in: original).scaled(by: 0.625)
        let (before, after) = try (outputs(of: original), outputs(of: scaled))
        let largest = try #require(before.map(abs).max())
        #expect(largest > 0.1, "\(network.name)")
        for (a, b) in zip(before, after) { #expect(abs(0.625 * a - b) <= 1e-6 * largest, "\(network.name)") }
        // Other layers, and all nodes but those of constants, stay.
        #expect(scaled.proto.graph.initializer.first == original.proto.graph.initializer.first)
        #expect(scaled.proto.graph.node.filter { !$0.isConstant } == original.proto.graph.node.filter { !$0.isConstant })
    }

    @Test("Is changed before the softmax, whose logarithms fall in proportion", arguments: ["Softmax", "LogSoftmax"])
    func softmax(type: String) throws {
        let original = classifier([node("MatMul", ["h", "w"], "q"), node(type, ["q"], "y", .int("axis", 1))], [weight("w", [5, 4])])
        let scaled = try LogitScale(of: "y", in: original).scaled(by: 0.5)
        func logits(_ model: Model) throws -> [Double] {
            let values = try outputs(of: model).map { type == "Softmax" ? log($0) : $0 }
            return values.indices.map { values[$0] - values[$0 / 4 * 4] }
        }
        let (before, after) = try (logits(original), logits(scaled))
        #expect((before.map(abs).max() ?? 0) > 0.1)
        for (a, b) in zip(before, after) { #expect(abs(0.5 * a - b) < 1e-6) }
    }

    @Test("Is refused where the output is not linear in the last layer, or others read what would be scaled")
    func refusals() throws {
        func error(_ nodes: [NodeProto], _ tensors: [TensorProto] = [weight("w", [5, 4])], output: String = "y") -> LogitScaleError? {
            do {
                _ = try LogitScale(of: output, in: classifier(nodes, tensors))
                return nil
            } catch { return error }
        }
        let product = node("MatMul", ["h", "w"], "q", name: "head")
        #expect(error([product, node("Sigmoid", ["q"], "y", name: "s")]) == .notLinear(node: "Sigmoid 's'"))
        #expect(
            error([product, node("Softmax", ["q"], "r"), node("Softmax", ["r"], "y")])
                == .notLinear(node: "Softmax 'r'"))
        #expect(error([product, node("Exp", ["q"], "other"), node("Identity", ["q"], "y")]) == .usedElsewhere("q"))
        #expect(error([product, node("MatMul", ["h", "w"], "r"), node("Identity", ["q"], "y")]) == .usedElsewhere("w"))
        let bias = [weight("w", [5, 4]), weight("b", [4])]
        let softmax = node("Softmax", ["q"], "r", .int("axis", 1))
        #expect(error([product, softmax, node("Add", ["r", "b"], "y")], bias) == .notLinear(node: "Softmax 'r'"))
        #expect(error([product, softmax, node("Relu", ["r"], "y")]) == .notLinear(node: "Softmax 'r'"))
        #expect(error([node("MatMul", ["h", "w"], "y"), node("Tanh", ["y"], "z")]) == .usedElsewhere("y"))
        #expect(error([node("Gemm", ["h", "w", "p"], "y")]) == .notConstant("p"))
        #expect(error([product, node("Add", ["q", "p"], "y", name: "sum")]) == .notLinear(node: "Add 'sum'"))
        #expect(error([product, node("Cast", ["q"], "y", name: "cast", .int("to", 7))]) == .notLinear(node: "Cast 'cast'"))
        #expect(error([node("Identity", ["x"], "y")]) == .noLayer("y"))
        #expect(error([], output: "nowhere") == .noLayer("nowhere"))
    }

    @Test("Is refused where the type of a constant does not hold it")
    func overflow() throws {
        let large = floats("w", [5, 4], (0..<20).map { _ in 1e38 })
        let scale = try LogitScale(of: "y", in: classifier([node("MatMul", ["h", "w"], "y")], [large]))
        #expect(throws: LogitScaleError.overflow("w", .float32)) { try scale.scaled(by: 8) }
        #expect(scale.weightName == "w" && scale.node == "MatMul 'y'")
    }
}
