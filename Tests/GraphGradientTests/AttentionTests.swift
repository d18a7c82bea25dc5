import ONNXModel
import Tensors
import Testing

/// Attention and the rotations before it, in primitive operators.
@Suite(
    "Attention",
    .enabled(if: ReferencePython.isInstalled, Comment(rawValue: ReferencePython.hint)),
    .enabled(if: OldModel.runtimeIsInstalled, Comment(rawValue: OldModel.hint)))
struct AttentionTests {
    // [batch, heads, positions, length]
    private let query = CaseInput.variable([.batch, 2, 3, 4], -2...2)
    private let key = CaseInput.variable([.batch, 2, 5, 4], -2...2)
    private let value = CaseInput.variable(.batch, 2, 5, 3)

    /// Hides some keys, none of them from every query, and leaves the last query without any.
    private let boolean = CaseInput.constant(
        (try? Tensor(
            shape: [3, 5], [true, false, true, true, false, false, true, true, true, true, false, false, false, false, false]))
            ?? Tensor(scalar: true))

    private func attention(_ name: String, _ inputs: [CaseInput], _ attributes: [AttributeProto] = [], opset: Int = 23) -> GradientCase {
        GradientCase("Attention, \(name)", "Attention", attributes, inputs, opset: opset)
    }

    @Test("Heads apart")
    func headsApart() throws {
        let operands = [query, key, value]
        try DecompositionCheck.expect([
            attention("plain", operands),
            attention("scaled", operands, [.float("scale", 0.3)]),
            attention("softcap", operands, [.float("softcap", 0.5)]),
            attention("added mask", operands + [.variable(.batch, 1, 3, 5)]),
            attention("mask for all", operands + [.variable(3, 5)]),
            attention("boolean mask", operands + [boolean]),
            attention("causal", operands, [.int("is_causal", 1)]),
            attention("causal and boolean", operands + [boolean], [.int("is_causal", 1)]),
            attention("one position", [.variable(.batch, 2, 1, 4), .variable(.batch, 2, 1, 4), value1], [.int("is_causal", 1)]),
            attention("softmax in its own precision", operands, [.int("softmax_precision", 1)]),
            attention("of version 24", operands, [.int("is_causal", 1)], opset: 24),
        ])
    }

    private let value1 = CaseInput.variable(.batch, 2, 1, 3)

    @Test("Heads joined")
    func headsJoined() throws {
        let heads: [AttributeProto] = [.int("q_num_heads", 4), .int("kv_num_heads", 2)]
        let joined: [CaseInput] = [.variable([.batch, 3, 8], -2...2), .variable([.batch, 5, 4], -2...2), .variable(.batch, 5, 6)]
        try DecompositionCheck.expect([
            attention("grouped queries", joined, heads),
            attention("grouped queries, masked", joined + [.variable(.batch, 4, 3, 5)], heads + [.int("is_causal", 1)]),
            attention(
                "grouped queries, heads apart", [.variable(.batch, 6, 2, 4), .variable(.batch, 2, 3, 4), .variable(.batch, 2, 3, 1)]),
            attention(
                "one head of keys", [.variable(.batch, 3, 4), .variable(.batch, 2, 2), .variable(.batch, 2, 2)],
                [.int("q_num_heads", 2), .int("kv_num_heads", 1)]),
        ])
    }

    @Test("Past keys")
    func pastKeys() throws {
        let past: [CaseInput] = [.absent, .variable(.batch, 2, 2, 4), .variable(.batch, 2, 2, 3)]
        let present = attention("past", [query, key, value] + past).withOutputs("y0", "present_key", "present_value")
        let causal = attention("causal past", [query, key, value] + past, [.int("is_causal", 1)])
        try DecompositionCheck.expect([present, causal.withOutputs("y0", "present_key", "present_value")])
    }

    @Test("Scores as output")
    func scoresAsOutput() throws {
        let operands = [query, key, value]
        try DecompositionCheck.expect([
            attention("its scores", operands).withOutputs("y0", "", "", "scores"),
            attention("its probabilities", operands, [.int("qk_matmul_output_mode", 3)]).withOutputs("y0", "", "", "scores"),
        ])
    }

    @Test("Rotations")
    func rotations() throws {
        let positions = CaseInput.given { batch in
            (try? Tensor(shape: [batch, 3], (0..<batch * 3).map { Int64(($0 * 5) % 7) })) ?? Tensor([Int64]())
        }
        let apart = CaseInput.variable(.batch, 2, 3, 6)
        let joined = CaseInput.variable(.batch, 3, 12)
        let table = CaseInput.variable(7, 3)
        let short = CaseInput.variable(7, 2)
        let each = CaseInput.variable(.batch, 3, 3)
        let heads = AttributeProto.int("num_heads", 2)
        let partly = AttributeProto.int("rotary_embedding_dim", 4)
        let interleaved = AttributeProto.int("interleaved", 1)
        try DecompositionCheck.expect([
            GradientCase("RotaryEmbedding", "RotaryEmbedding", [], [apart, table, table, positions], opset: 23),
            GradientCase("RotaryEmbedding, interleaved", "RotaryEmbedding", [interleaved], [apart, table, table, positions], opset: 23),
            GradientCase("RotaryEmbedding, an angle each", "RotaryEmbedding", [], [apart, each, each], opset: 23),
            GradientCase("RotaryEmbedding, joined", "RotaryEmbedding", [heads], [joined, table, table, positions], opset: 23),
            GradientCase("RotaryEmbedding, partly", "RotaryEmbedding", [partly], [apart, short, short, positions], opset: 23),
            GradientCase(
                "RotaryEmbedding, partly, joined, interleaved", "RotaryEmbedding", [heads, partly, interleaved],
                [joined, short, short, positions], opset: 23),
        ])
        // ONNX Runtime wants tables with a row a position, and takes only constants' shapes for them.
        let contributed = "com.microsoft.RotaryEmbedding"
        let first = CaseInput.integers(2)
        try DecompositionCheck.expect([
            GradientCase("RotaryEmbedding of ONNX Runtime", contributed, [], [apart, positions, table, table]),
            GradientCase("RotaryEmbedding of ONNX Runtime, joined", contributed, [interleaved], [joined, positions, table, table]),
            GradientCase("RotaryEmbedding of ONNX Runtime, one position", contributed, [], [joined, first, table, table]),
            GradientCase(
                "RotaryEmbedding of ONNX Runtime, partly", contributed, [heads, partly], [joined, positions, short, short]),
        ])
    }

    @Test("Attention of the runtime")
    func ofTheRuntime() throws {
        let heads = AttributeProto.int("num_heads", 2)
        let operands: [CaseInput] = [.variable([.batch, 3, 8], -2...2), .variable([.batch, 5, 8], -2...2), .variable(.batch, 5, 6)]
        let name = "com.microsoft.MultiHeadAttention"
        let keyMask = CaseInput.given { batch in
            (try? Tensor(shape: [batch, 5], (0..<batch * 5).map { Int32($0 % 3 == 1 ? 0 : 1) })) ?? Tensor([Int32]())
        }
        let selfMask = CaseInput.given { batch in
            (try? Tensor(shape: [batch, 3], (0..<batch * 3).map { Int32($0 % 3 == 1 ? 0 : 1) })) ?? Tensor([Int32]())
        }
        let same: [CaseInput] = [.variable([.batch, 3, 8], -2...2), .variable([.batch, 3, 8], -2...2), .variable(.batch, 3, 8)]
        let input = CaseInput.variable(.batch, 3, 4)
        let past: [CaseInput] = [.absent, .absent, .absent, .variable(.batch, 2, 2, 4), .variable(.batch, 2, 2, 4)]
        try DecompositionCheck.expect([
            GradientCase("MultiHeadAttention", name, [heads], operands),
            GradientCase("MultiHeadAttention, scaled", name, [heads, .float("scale", 0.2)], operands),
            GradientCase("MultiHeadAttention, biased", name, [heads], operands + [.variable(22)]),
            GradientCase("MultiHeadAttention, hidden keys", name, [heads], operands + [.absent, keyMask]),
            GradientCase("MultiHeadAttention, added scores", name, [heads], operands + [.absent, .absent, .variable(1, 2, 3, 5)]),
            GradientCase("MultiHeadAttention, causal", name, [heads, .int("unidirectional", 1)], same),
            GradientCase("MultiHeadAttention, past", name, [heads], same + past).withOutputs("y0", "present_key", "present_value"),
            GradientCase("Attention of ONNX Runtime", "com.microsoft.Attention", [heads], [input, .variable(4, 12), .variable(12)]),
            GradientCase(
                "Attention of ONNX Runtime, masked", "com.microsoft.Attention", [heads, .int("unidirectional", 1)],
                [input, .variable(4, 12), .variable(12), selfMask]),
            GradientCase(
                "Attention of ONNX Runtime, narrow values", "com.microsoft.Attention", [heads, .ints("qkv_hidden_sizes", [4, 4, 2])],
                [input, .variable(4, 10), .variable(10)]),
        ])
    }

    /// Models of newer operator sets keep their operator set: what a decomposition and the backward pass emit must be valid there too.
    @Test("Newer operator sets")
    func newerOperatorSets() throws {
        let operands = [CaseInput](repeating: .variable([.batch, 3, 8], -2...2), count: 3)
        let hidden = CaseInput.given { batch in
            (try? Tensor(shape: [batch, 3], (0..<batch * 3).map { Int32($0 % 3 == 1 ? 0 : 1) })) ?? Tensor([Int32]())
        }
        try DecompositionCheck.expect(
            (18...25).flatMap { opset in
                [
                    GradientCase(
                        "MultiHeadAttention in \(opset)", "com.microsoft.MultiHeadAttention",
                        [.int("num_heads", 2), .int("unidirectional", 1)], operands + [.variable(24), hidden], opset: opset),
                    GradientCase(
                        "RotaryEmbedding in \(opset)", "com.microsoft.RotaryEmbedding", [.int("interleaved", 1)],
                        [.variable(.batch, 3, 8), .integers(1), .variable(7, 2), .variable(7, 2)], opset: opset),
                    GradientCase(
                        "SkipLayerNormalization in \(opset)", "com.microsoft.SkipLayerNormalization", [.float("epsilon", 1e-5)],
                        [.variable(.batch, 2, 4), .variable(.batch, 2, 4), .variable(4), .variable(4)], opset: opset),
                ]
            })
    }
}
