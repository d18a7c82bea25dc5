import ONNXModel
import Tensors

extension AwkwardModel {
    /// One matrix that some nodes apply as it is and others transposed.
    static let tied: [AwkwardModel] =
        [(7, 3), (9, 4), (13, 7)].flatMap { operatorSet, irVersion in
            [
                table(
                    "Gather and MatMul of a Transpose", operatorSet, irVersion,
                    [transpose("w", "t"), rows("w"), node("MatMul", ["rows", "t"], "y", name: "head")]),
                table(
                    "Gather, MatMul and a Gemm with a bias", operatorSet, irVersion,
                    [
                        rows("w"), node("Gemm", ["rows", "w", "c"], "z", name: "head", .int("transB", 1), .float("alpha", 0.5)),
                        node("MatMul", ["z", "w"], "again", name: "embedAgain"), transpose("w", "t"), node("MatMul", ["again", "t"], "y"),
                    ]),
                table(
                    "Gather of a Transpose", operatorSet, irVersion,
                    [transpose("w", "t"), rows("t"), node("MatMul", ["rows", "w"], "y", name: "head")], isTransposed: true),
                table(
                    "MatMul before Gather", operatorSet, irVersion,
                    [
                        node("Transpose", ["w"], "t"), node("Identity", ["w"], "same"), node("MatMul", ["x2", "t"], "a", name: "first"),
                        rows("same"), node("MatMul", ["rows", "t"], "b"), node("Add", ["a", "b"], "y"),
                    ]),
                AwkwardModel(
                    "MatMuls from both sides, opset \(operatorSet)",
                    [
                        node("MatMul", ["x", "w"], "a", name: "right"), transpose("a", "b"), node("MatMul", ["w", "b"], "d", name: "left"),
                        transpose("w", "t"), transpose("t", "u"), node("MatMul", ["t", "d"], "e", name: "leftOfTranspose"),
                        transpose("d", "f"), node("MatMul", ["f", "u"], "g"), transpose("g", "h"), node("Add", ["e", "h"], "y"),
                    ], [weight("w", [8, 6])], inputs: [("x", [5, 8])], outputRank: 2, operatorSet: operatorSet, irVersion: irVersion
                )
                .declaring(["b": [6, 5], "d": [8, 5]]),
                AwkwardModel(
                    "Gemms both ways, opset \(operatorSet)",
                    [
                        node("Gemm", ["x", "w", "c"], "a", name: "one", .int("transA", 1), .float("beta", 2)), transpose("a", "b"),
                        node("Gemm", ["b", "w", "d"], "y", name: "two", .int("transA", 1), .int("transB", 1), .float("alpha", -0.5)),
                    ], [weight("w", [8, 6]), weight("c", [6]), weight("d", [5, 8])], inputs: [("x", [8, 5])], outputRank: 2,
                    operatorSet: operatorSet, irVersion: irVersion),
                AwkwardModel(
                    "a Transpose alone, opset \(operatorSet)",
                    [transpose("w", "t"), node("Identity", ["t"], "s"), node("MatMul", ["x", "s"], "y", name: "product")],
                    [weight("w", [6, 8])], inputs: [("x", [2, 5, 8])], outputRank: 3, operatorSet: operatorSet, irVersion: irVersion),
            ]
        } + [
            AwkwardModel(
                "a Constant node both ways",
                [
                    constantNode("w", weight("", [8, 6])), node("MatMul", ["x", "w"], "a", name: "one"), transpose("w", "t"),
                    node("MatMul", ["a", "t"], "y", name: "two"),
                ], inputs: [("x", [2, 5, 8])], outputRank: 3)
        ]

    /// A table w of 10 rows of 6, or its transpose, from which the positions that x says are picked; x2 is [5, 6].
    private static func table(
        _ description: String, _ operatorSet: Int, _ irVersion: Int, _ nodes: [NodeProto], isTransposed: Bool = false
    ) -> AwkwardModel {
        AwkwardModel(
            "\(description), opset \(operatorSet)",
            [
                node("Abs", ["x"], "size"), node("Mul", ["size", "ten"], "position"),
                node("Cast", ["position"], "indices", .int("to", Int(ElementType.int64.rawValue))),
            ] + nodes, [weight("w", isTransposed ? [6, 10] : [10, 6]), weight("c", [10]), floats("ten", [], [10])],
            inputs: [("x", [5]), ("x2", [5, 6])], outputRank: 2, operatorSet: operatorSet, irVersion: irVersion)
    }

    private static func rows(_ table: String) -> NodeProto { node("Gather", [table, "indices"], "rows", name: "embedding") }

    private static func transpose(_ input: String, _ output: String) -> NodeProto {
        node("Transpose", [input], output, .ints("perm", [1, 0]))
    }
}
