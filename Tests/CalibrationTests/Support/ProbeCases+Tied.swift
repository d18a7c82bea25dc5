import ONNXModel
import TestSupport
import Tensors

extension ProbeCase {
    /// Weights that some nodes apply as they are and others transposed.
    static func tied() throws -> [ProbeCase] {
        var random = RandomTensors(seed: 33)
        let products = model(
            graph(
                [
                    node("Gemm", ["x", "w1"], "p1"), node("Tanh", ["p1"], "t1"),
                    node("Gemm", ["t1", "w1", "b1"], "p2", .int("transB", 1), .float("alpha", 0.5)), node("Tanh", ["p2"], "t2"),
                    node("MatMul", ["t2", "w2"], "y"),
                ],
                [("w1", try random.normal([6, 7], deviation: 0.4)), ("b1", try random.normal([6])), ("w2", try random.normal([6, 5]))],
                inputs: [value("x", [nil, 6])], outputs: [value("y", [nil, 5])]))
        let table = model(
            graph(
                [
                    node("Sigmoid", ["x"], "s"), node("Mul", ["s", "words"], "m"),
                    node("Cast", ["m"], "ids", .int("to", Int(ElementType.int64.rawValue))), node("Gather", ["w", "ids"], "v"),
                    node("Tanh", ["v"], "t"), node("ReduceMean", ["t"], "h", .ints("axes", [1]), .int("keepdims", 0)),
                    node("Transpose", ["w"], "wt", .ints("perm", [1, 0])), node("MatMul", ["h", "wt"], "y"),
                ],
                [("w", try random.normal([9, 7], deviation: 0.8)), ("words", Tensor([9] as [Float]))], inputs: [value("x", [nil, 6])],
                outputs: [value("y", [nil, 9])]))
        return [
            ProbeCase(testDescription: "one weight used both ways", network: products),
            ProbeCase(testDescription: "a table that is the output layer too", network: table),
        ]
    }
}
