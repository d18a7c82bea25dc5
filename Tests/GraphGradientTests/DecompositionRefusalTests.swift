import GraphGradient
import ONNXModel
import SwiftProtobuf
import Tensors
import Testing

/// What a decomposition cannot take stays in the graph, and the backward pass gives the reason in the words of the model.
@Suite("Refused decompositions")
struct DecompositionRefusalTests {
    private let sequence: [Dimension] = [.dynamic, .fixed(3), .fixed(8)]
    private let apart: [Dimension] = [.dynamic, .fixed(2), .fixed(3), .fixed(4)]

    /// - Parameter shapes: of the inputs `x0`, `x1`, ...; nil leaves one out.
    private func reason(
        _ opType: String, _ shapes: [[Dimension]?], _ attributes: [AttributeProto] = [], domain: String = "", outputs: [String] = ["y"]
    ) -> String? {
        var node = NodeProto(opType, shapes.enumerated().map { $1 == nil ? "" : "x\($0)" }, outputs, attributes)
        node.domain = domain
        var types: [String: TensorType] = ["y": TensorType(.float32, sequence)]
        for (index, shape) in shapes.enumerated() { types["x\(index)"] = shape.map { TensorType(.float32, $0) } }
        var graph = GraphProto()
        graph.node = [node]
        graph.output = outputs.map { name in .with { $0.name = name } }
        guard Decomposition.decomposed(graph, types: types, constants: [:]) == nil else { return nil }
        switch BackwardPass(nodes: [node], types: types, constants: [:]).obstacles(towards: ["y"])["x0"] {
        case .unsupported(_, _, let reason): return reason
        case let error: return error.map { "\($0)" }
        }
    }

    @Test("Attention")
    func attention() {
        let operands = [apart, apart, apart]
        let joined: [[Dimension]?] = [sequence, sequence, sequence]
        #expect(reason("Attention", operands) == nil)
        #expect(reason("Attention", operands + [nil, nil, nil, [.dynamic]]) == "nonpad_kv_seqlen is given")
        #expect(reason("Attention", operands + [nil, apart]) == "it has one of past_key and past_value")
        #expect(reason("Attention", operands, [.int("left_window_size", 2)]) == "left_window_size is set")
        #expect(reason("Attention", operands, [.int("softmax_precision", 11)]) == "its softmax has a precision of its own")
        #expect(
            reason("Attention", operands, [.int("qk_matmul_output_mode", 1)], outputs: ["y", "", "", "s"])
                == "gradients are not known for a node that has output 3")
        #expect(reason("Attention", operands + [[.fixed(3), .fixed(2)]]) == "its mask has another length than its keys")
        #expect(reason("Attention", joined) == "q_num_heads does not divide its query")
        for heads in [Int.min, -2, 0, 3, Int.max] {
            #expect(reason("Attention", joined, [.int("q_num_heads", 2), .int("kv_num_heads", heads)]) == "its heads do not fit together")
            #expect(reason("Attention", joined, [.int("q_num_heads", heads), .int("kv_num_heads", 1)]) != nil)
        }
        let free: [Dimension] = [.dynamic, .fixed(2), .dynamic, .fixed(4)]
        #expect(reason("Attention", [free, free, free]) == "axis 2 of 'x0' has no fixed length")
    }

    @Test("Attention of the runtime")
    func attentionOfTheRuntime() {
        let heads = AttributeProto.int("num_heads", 2)
        let operands: [[Dimension]?] = [sequence, sequence, sequence]
        let runtime = "com.microsoft"
        #expect(reason("MultiHeadAttention", operands, domain: runtime) == "num_heads is missing")
        #expect(reason("MultiHeadAttention", operands, [.int("num_heads", 3)], domain: runtime) == "num_heads does not divide 8")
        #expect(
            reason("MultiHeadAttention", [sequence, apart, apart], [heads], domain: runtime)
                == "its query, key and value are not three separate sequences")
        #expect(
            reason("MultiHeadAttention", operands + [nil, [.dynamic]], [heads], domain: runtime)
                == "its mask is not one of [batch, keys] or [batch, queries, keys]")
        let weights: [Dimension] = [.fixed(8), .fixed(24)]
        #expect(reason("Attention", [sequence, weights, [.fixed(24)]], [heads], domain: runtime) == nil)
        #expect(reason("Attention", [sequence, weights, nil, nil, apart], [heads], domain: runtime) == "past is given")
        #expect(
            reason("Attention", [sequence, weights], [heads, .ints("qkv_hidden_sizes", [.max, .max, 8])], domain: runtime)
                == "its weights do not hold three matrices")
        #expect(
            reason("GroupQueryAttention", operands, [heads], domain: runtime)
                == "operator com.microsoft.GroupQueryAttention (node 'y') has no gradient rule")
    }

    @Test("Normalizations")
    func normalizations() {
        let channel: [Dimension] = [.fixed(3)]
        for groups in [0, -1, 2, Int.max] {
            #expect(
                reason("GroupNormalization", [sequence, channel, channel], [.int("num_groups", groups)])
                    == "num_groups does not divide 3 channels")
        }
        #expect(
            reason("GroupNormalization", [sequence, [.fixed(2)], [.fixed(2)]], [.int("num_groups", 1)])
                == "its scale and bias fit neither 1 groups nor 3 channels")
        #expect(reason("RMSNormalization", [sequence, [.fixed(8)]], [.int("axis", 3)]) == "axis 3 is out of range for 3 axes")
        #expect(reason("LpNormalization", [sequence], [.int("p", 3)]) == "its norm has the order 3")
        #expect(
            reason("SkipLayerNormalization", [sequence, sequence, [.fixed(8)]], domain: "com.microsoft", outputs: ["y", "mean"])
                == "gradients are not known for a node that has output 1")
    }

    @Test("Rotations")
    func rotations() {
        let table: [Dimension] = [.fixed(9), .fixed(2)]
        #expect(reason("RotaryEmbedding", [apart, table, table, [.dynamic, .fixed(3)]]) == nil)
        #expect(reason("RotaryEmbedding", [sequence, table, table]) == "num_heads does not divide its 8 elements a position")
        for length in [Int.min, -2, 3, 6, Int.max] {
            #expect(
                reason("RotaryEmbedding", [apart, table, table], [.int("rotary_embedding_dim", length)])
                    == "it rotates \(length) of 4 elements a head")
        }
        #expect(reason("RotaryEmbedding", [sequence, table, table], [.int("num_heads", 1)]) == "its angles do not fit 4 pairs a head")
        #expect(
            reason("RotaryEmbedding", [apart, [.fixed(1)], table, table], [.int("is_packed_batching", 1)], domain: "com.microsoft")
                == "its batch is packed")
    }

    @Test("Nodes of other types")
    func nodesOfOtherTypes() {
        var types = ["x0": TensorType(.float16, [.fixed(4)]), "y": TensorType(.float16, [.fixed(4)])]
        let node = NodeProto("Swish", ["x0"], ["y"], [.float("alpha", 2)])
        let pass = BackwardPass(nodes: [node], types: types, constants: [:])
        #expect(pass.obstacles(towards: ["y"])["x0"].map { "\($0)" } == "operator Swish (node 'y'): gradients in float16 are not supported")
        types = [:]
        #expect(BackwardPass(nodes: [node], types: types, constants: [:]).obstacles(towards: ["y"])["x0"] != nil)
    }

    @Test("Names stay")
    func namesStay() throws {
        var graph = GraphProto()
        graph.node = [NodeProto("Relu", ["a"], ["b"]), NodeProto("Swish", ["b"], ["c"]), NodeProto("Neg", ["c"], ["d"])]
        let type = TensorType(.float32, [.fixed(4)])
        let types = ["a": type, "b": type, "c": type, "d": type]
        let result = try #require(Decomposition.decomposed(graph, types: types, constants: [:]))
        #expect(result.node.map(\.opType) == ["Relu", "Sigmoid", "Mul", "Identity", "Neg"])
        #expect(result.node.first { $0.output == ["c"] }?.opType == "Identity")
        graph.node.remove(at: 1)
        #expect(Decomposition.decomposed(graph, types: types, constants: [:]) == nil)
    }
}
