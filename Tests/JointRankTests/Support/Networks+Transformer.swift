import ONNXModel
import TestSupport
import Tensors

extension Networks {
    /// Six vectors of 16 -> attention, a residual sum, a normalization, two dense layers, another sum -> mean -> scores.
    static func transformer(noise: Double = 0.5) throws -> Model {
        var random = RandomTensors(seed: 11)
        let weights = [
            ("query.weight", try random.nearlyLowRank([16, 16], rank: 3, noise: noise)),
            ("key.weight", try random.nearlyLowRank([16, 16], rank: 3, noise: noise)),
            ("value.weight", try random.nearlyLowRank([16, 16], rank: 3, noise: noise)),
            ("output.weight", try random.nearlyLowRank([16, 16], rank: 3, noise: noise)),
            ("up.weight", try random.nearlyLowRank([16, 48], rank: 4, noise: noise)),
            ("down.weight", try random.nearlyLowRank([48, 16], rank: 4, noise: noise)),
            ("head.weight", try random.normal([16, classes], deviation: 3)),
            ("gain", try random.normal([16], deviation: 0.1)), ("shift", try random.normal([16], deviation: 0.1)),
            ("scale", Tensor(scalar: Float(0.25))),
        ]
        return model(
            graph(
                [
                    node("MatMul", ["vectors", "query.weight"], "query"), node("MatMul", ["vectors", "key.weight"], "key"),
                    node("MatMul", ["vectors", "value.weight"], "value"), node("Transpose", ["key"], "turned", .ints("perm", [0, 2, 1])),
                    node("MatMul", ["query", "turned"], "products"), node("Mul", ["products", "scale"], "scaled"),
                    node("Softmax", ["scaled"], "shares", .int("axis", -1)), node("MatMul", ["shares", "value"], "mixed"),
                    node("MatMul", ["mixed", "output.weight"], "attended"), node("Add", ["vectors", "attended"], "sum"),
                    node("LayerNormalization", ["sum", "gain", "shift"], "normal"),
                    node("MatMul", ["normal", "up.weight"], "up"), node("Tanh", ["up"], "active"),
                    node("MatMul", ["active", "down.weight"], "down"), node("Add", ["sum", "down"], "total"),
                    node("ReduceMean", ["total"], "mean", .ints("axes", [1]), .int("keepdims", 0)),
                    node("MatMul", ["mean", "head.weight"], "scores", name: "head"),
                ], weights, inputs: [value("vectors", [nil, 6, 16])], outputs: [value("scores", [nil, classes])]),
            operatorSet: 17, irVersion: 8)
    }
}
