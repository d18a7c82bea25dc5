import ONNXModel
import Tensors
import Testing

@Suite("Elementwise operators", .enabled(if: ReferencePython.isInstalled, Comment(rawValue: ReferencePython.hint)))
struct ElementwiseTests {
    @Test("Functions")
    func functions() throws {
        let everywhere = ["Neg", "Abs", "Exp", "Erf", "Sin", "Cos", "Tan", "Sinh", "Cosh", "Atan", "Asinh", "Identity"]
        let positive = ["Sqrt", "Log", "Reciprocal"]
        try GradientCheck.expect(cases(everywhere, in: -1.5...1.5) + cases(positive, in: 0.2...2) + cases(["Reciprocal"], in: -2...(-0.3)))
        try GradientCheck.expect(cases(["Asin", "Acos", "Atanh"], in: -0.9...0.9) + cases(["Acosh"], in: 1.2...3))
    }

    @Test("Activations")
    func activations() throws {
        let names = ["Relu", "LeakyRelu", "Elu", "Selu", "Celu", "ThresholdedRelu", "Sigmoid", "Tanh", "Softplus", "Softsign", "Mish"]
        try GradientCheck.expect(cases(names, in: -3...3) + cases(["HardSigmoid", "HardSwish"], in: -4.1...4))
    }

    @Test("Activation attributes")
    func activationAttributes() throws {
        let input = CaseInput.variable(.batch, 7, in: -3...3)
        try GradientCheck.expect([
            GradientCase("LeakyRelu, negative alpha", "LeakyRelu", [.float("alpha", -0.5)], [input]),
            GradientCase("Elu, alpha", "Elu", [.float("alpha", 0.3)], [input]),
            GradientCase("Elu, negative alpha", "Elu", [.float("alpha", -0.3)], [input]),
            GradientCase("Selu, alpha and gamma", "Selu", [.float("alpha", 1.2), .float("gamma", 0.7)], [input]),
            GradientCase("Celu, alpha", "Celu", [.float("alpha", 2)], [input]),
            GradientCase("ThresholdedRelu, alpha", "ThresholdedRelu", [.float("alpha", -0.55)], [input]),
            GradientCase("Shrink", "Shrink", [], [.variable(.batch, 7, in: -2...2)]),
            GradientCase("Shrink, bound and bias", "Shrink", [.float("lambd", 1.55), .float("bias", 0.7)], [input]),
            GradientCase("HardSigmoid, alpha and beta", "HardSigmoid", [.float("alpha", 0.6), .float("beta", 0.3)], [input]),
        ])
    }

    @Test("Clip")
    func clip() throws {
        let input = CaseInput.variable(.batch, 7, in: -3...3)
        try GradientCheck.expect([
            GradientCase("Clip, no bounds", "Clip", [], [input]),
            GradientCase("Clip, lower bound", "Clip", [], [input, .scalar(0.1)]),
            GradientCase("Clip, upper bound", "Clip", [], [input, .absent, .scalar(1.1)]),
            GradientCase("Clip, both bounds", "Clip", [], [input, .scalar(0.1), .scalar(1.1)]),
            GradientCase("Clip, given bounds", "Clip", [], [input, .given { _ in Tensor(scalar: Float(0.1)) }, .scalar(1.1)]),
            GradientCase("Clip, variable bounds", "Clip", [], [input, .variable([], -1.1...(-1)), .variable([], 1...1.1)]),
            GradientCase("Clip, no elements", "Clip", [], [.variable(.batch, 0), .scalar(0.1), .scalar(1.1)]),
        ])
    }

    @Test("Cast")
    func cast() throws {
        let double = AttributeProto.int("to", Int(ElementType.float64.rawValue))
        let float = AttributeProto.int("to", Int(ElementType.float32.rawValue))
        let integer = AttributeProto.int("to", Int(ElementType.int64.rawValue))
        let input: [(String, CaseInput)] = [("x", .variable(.batch, 3, in: -3...3))]
        try GradientCheck.expect([
            GradientCase("Cast to the same type", "Cast", [float], [.variable(.batch, 3)]),
            GradientCase(
                "Cast to float64 and back",
                nodes: [
                    NodeProto("Cast", ["x"], ["wide"], [double]), NodeProto("Exp", ["wide"], ["e"]),
                    NodeProto("Cast", ["e"], ["y"], [float]),
                ],
                inputs: input, outputs: ["y"]),
            GradientCase(
                "CastLike there and back",
                nodes: [NodeProto("CastLike", ["x", "like"], ["wide"]), NodeProto("CastLike", ["wide", "x"], ["y"])],
                inputs: input + [("like", .constant(Tensor(scalar: 0.0)))], outputs: ["y"]),
            GradientCase(
                "Cast to integers stops the gradient",
                nodes: [
                    NodeProto("Cast", ["x"], ["whole"], [integer]), NodeProto("Cast", ["whole"], ["back"], [float]),
                    NodeProto("Mul", ["x", "back"], ["y"]),
                ],
                inputs: input, outputs: ["y"]),
        ])
    }

    /// Nothing flows through these, while the other factor of the product keeps its gradient.
    @Test("Steps", arguments: ["Floor", "Ceil", "Round", "Sign"])
    func steps(operation: String) throws {
        try GradientCheck.expect([
            GradientCase(
                operation, nodes: [NodeProto(operation, ["x"], ["step"]), NodeProto("Mul", ["x", "step"], ["y"])],
                inputs: [("x", .variable(.batch, 5, in: -2.3...2.4))], outputs: ["y"])
        ])
    }

    private func cases(_ operators: [String], in range: ClosedRange<Float>) -> [GradientCase] {
        operators.flatMap { operation in
            [
                GradientCase(operation, operation, [], [.variable([.batch, 7], range)]),
                GradientCase("\(operation) of a scalar", operation, [], [.variable([], range)]),
                GradientCase("\(operation) of nothing", operation, [], [.variable([.batch, 0], range)]),
            ]
        }
    }
}
