import ONNXModel
import Tensors
import Testing

/// Composite operators give the same in primitive operators, and then have the right gradients.
@Suite(
    "Decompositions",
    .enabled(if: ReferencePython.isInstalled, Comment(rawValue: ReferencePython.hint)),
    .enabled(if: OldModel.runtimeIsInstalled, Comment(rawValue: OldModel.hint)))
struct DecompositionTests {
    @Test("Soft gates")
    func softGates() throws {
        let x = CaseInput.variable([.batch, 5], -4...4)
        try DecompositionCheck.expect([
            GradientCase("QuickGelu", "com.microsoft.QuickGelu", [], [x]),
            GradientCase("QuickGelu, its own slope", "com.microsoft.QuickGelu", [.float("alpha", -0.7)], [x]),
            GradientCase("Gelu of ONNX Runtime", "com.microsoft.Gelu", [], [x]),
            GradientCase("BiasGelu", "com.microsoft.BiasGelu", [], [.variable([.batch, 2, 5], -3...3), .variable(5)]),
            GradientCase("FastGelu", "com.microsoft.FastGelu", [], [x]),
            GradientCase("FastGelu with a bias", "com.microsoft.FastGelu", [], [.variable([.batch, 1, 5], -3...3), .variable(5)]),
            GradientCase("Swish", "Swish", [], [x], opset: 24),
            GradientCase("Swish, its own slope", "Swish", [.float("alpha", 0.5)], [x], opset: 24),
        ])
    }

    @Test("Group normalization")
    func groupNormalization() throws {
        let groups = AttributeProto.int("num_groups", 2)
        let shapes: [[Length]] = [[.batch, 4, 3, 2], [.batch, 4, 5], [.batch, 4, 1, 2, 3]]
        try DecompositionCheck.expect(
            shapes.flatMap { shape in
                [
                    GradientCase(
                        "GroupNormalization 18 \(shape)", "GroupNormalization", [groups], [.variable(shape), .variable(2), .variable(2)]),
                    GradientCase(
                        "GroupNormalization 21 \(shape)", "GroupNormalization", [groups, .float("epsilon", 0.1)],
                        [.variable(shape), .variable(4), .variable(4)], opset: 21),
                ]
            } + [
                GradientCase(
                    "GroupNormalization, one group", "GroupNormalization", [.int("num_groups", 1)],
                    [.variable(.batch, 3, 4), .variable(3), .variable(3)], opset: 21)
            ])
    }

    @Test("Root mean squares")
    func rootMeanSquares() throws {
        let cases: [(shape: [Length], scale: [Length], axis: Int?)] = [
            ([.batch, 3, 5], [5], nil), ([.batch, 6], [6], -1), ([.batch, 2, 4], [2, 4], 1), ([.batch, 2, 4], [2, 4], -2),
        ]
        try DecompositionCheck.expect(
            ["RMSNormalization", "SimplifiedLayerNormalization"].flatMap { opType in
                cases.map { shape, scale, axis in
                    GradientCase(
                        "\(opType) \(shape) from \(axis ?? -1)", opType,
                        (axis.map { [.int("axis", $0)] } ?? []) + [.float("epsilon", 0.01)],
                        [.variable(shape), .variable(scale)], opset: 23)
                }
            } + [
                GradientCase(
                    "SimplifiedLayerNormalization with its root", "SimplifiedLayerNormalization", [.float("epsilon", 1e-3)],
                    [.variable(.batch, 5), .variable(5)], outputs: 2)
            ])
    }

    @Test("Other norms")
    func otherNorms() throws {
        let x = CaseInput.variable(.batch, 3, 4)
        try DecompositionCheck.expect([
            GradientCase("MeanVarianceNormalization", "MeanVarianceNormalization", [], [.variable(.batch, 3, 2, 4)]),
            GradientCase("MeanVarianceNormalization over 1, 2", "MeanVarianceNormalization", [.ints("axes", [1, 2])], [x]),
            GradientCase("LpNormalization", "LpNormalization", [], [x]),
            GradientCase("LpNormalization along 1", "LpNormalization", [.int("axis", 1)], [x]),
            GradientCase("LpNormalization by magnitudes", "LpNormalization", [.int("p", 1), .int("axis", 0)], [.variable(4, .batch)]),
        ])
    }

    @Test("Skip connections")
    func skipConnections() throws {
        let x = CaseInput.variable(.batch, 3, 5)
        let row = CaseInput.variable(5)
        let epsilon = AttributeProto.float("epsilon", 1e-5)
        try DecompositionCheck.expect(
            [
                GradientCase("SkipLayerNormalization", "com.microsoft.SkipLayerNormalization", [epsilon], [x, x, row, row]),
                GradientCase("SkipLayerNormalization, biased", "com.microsoft.SkipLayerNormalization", [epsilon], [x, x, row, row, row]),
                GradientCase(
                    "SkipLayerNormalization, no beta", "com.microsoft.SkipLayerNormalization", [epsilon], [x, x, row, .absent, row]),
                GradientCase(
                    "SkipLayerNormalization, one skip", "com.microsoft.SkipLayerNormalization", [epsilon],
                    [x, .variable(1, 3, 5), row, row]),
                GradientCase(
                    "SkipLayerNormalization, skip of two axes", "com.microsoft.SkipLayerNormalization", [epsilon],
                    [x, .variable(3, 5), row, row]),
                GradientCase("SkipSimplifiedLayerNormalization", "com.microsoft.SkipSimplifiedLayerNormalization", [epsilon], [x, x, row]),
                GradientCase(
                    "SkipSimplifiedLayerNormalization, biased", "com.microsoft.SkipSimplifiedLayerNormalization", [epsilon],
                    [x, x, row, row]),
            ].flatMap { [$0, $0.withOutputs("y0", "", "", "y3")] })
    }

    @Test("Fused products")
    func fusedProducts() throws {
        let fused = "com.microsoft.FusedMatMul"
        try DecompositionCheck.expect([
            GradientCase("FusedMatMul", fused, [], [.variable(.batch, 3, 4), .variable(4, 2)]),
            GradientCase("FusedMatMul, scaled", fused, [.float("alpha", 0.3)], [.variable(.batch, 4), .variable(4, 2)]),
            GradientCase("FusedMatMul, A transposed", fused, [.int("transA", 1)], [.variable(4, .batch), .variable(4, 2)]),
            GradientCase(
                "FusedMatMul, both transposed", fused, [.int("transA", 1), .int("transB", 1), .float("alpha", -2)],
                [.variable(.batch, 2, 4, 3), .variable(.batch, 2, 5, 4)]),
            GradientCase(
                "FusedMatMul, batches of A moved", fused, [.int("transBatchA", 1)],
                [.variable(3, .batch, 2, 4), .variable(.batch, 2, 4, 5)]),
            GradientCase(
                "FusedMatMul, batches moved and transposed", fused, [.int("transBatchA", 1), .int("transA", 1), .int("transBatchB", 1)],
                [.variable(4, .batch, 3), .variable(4, .batch, 5)]),
        ])
    }

    @Test("Losses", arguments: ["mean", "sum", "none"])
    func losses(reduction: String) throws {
        let labels = CaseInput.given { batch in Tensor((0..<batch).map { Int64($0 * 2 % 4) }) }
        let positions = CaseInput.given { batch in
            (try? Tensor(shape: [batch, 2], (0..<2 * batch).map { Int32($0 == 1 ? -5 : $0 * 3 % 4) })) ?? Tensor([Int32]())
        }
        let (scores, maps) = (CaseInput.variable([.batch, 4], -2...2), CaseInput.variable([.batch, 4, 2], -2...2))
        let weights = CaseInput.constant(Tensor([Float(0.5), 2, 1, 0.25]))
        let form = AttributeProto.string("reduction", reduction)
        let ignoring = [form, AttributeProto.int("ignore_index", -5)]
        try DecompositionCheck.expect(
            ["NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss"].flatMap { opType in
                [
                    GradientCase("\(opType), \(reduction)", opType, [form], [scores, labels]),
                    GradientCase("\(opType), weighted, \(reduction)", opType, [form], [scores, labels, weights]),
                    GradientCase("\(opType), ignoring, \(reduction)", opType, ignoring, [maps, positions]),
                    GradientCase("\(opType), weighted, ignoring, \(reduction)", opType, ignoring, [maps, positions, weights]),
                ]
            } + [
                GradientCase("SoftmaxCrossEntropyLoss with logarithms, \(reduction)", "SoftmaxCrossEntropyLoss", [form], [scores, labels])
                    .withOutputs("y0", "logarithms")
            ])
    }

    /// The comparison with the kernel can fail.
    @Test("Another function is noticed")
    func anotherFunctionIsNoticed() throws {
        let x = CaseInput.variable(.batch, 5)
        let kernel = GradientCase("the same", "com.microsoft.QuickGelu", [], [x])
        let other = GradientCase("the same", "com.microsoft.QuickGelu", [.float("alpha", 1.7)], [x])
        #expect(try DecompositionCheck.differences(between: kernel, and: other, batch: 3).count == 1)
        #expect(try DecompositionCheck.differences(between: kernel, and: kernel, batch: 3).isEmpty)
    }
}
