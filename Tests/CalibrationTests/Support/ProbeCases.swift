import Calibration
import ONNXModel
import Tensors
import TestSupport

extension ProbeCase {
    /// Ways in which a layer's weight can reach the loss.
    static let all: [ProbeCase] = (try? makeAll() + tied()) ?? []

    private static func makeAll() throws -> [ProbeCase] {
        var random = RandomTensors(seed: 21)
        func weight(_ shape: Int...) throws -> Tensor {
            try random.normal(shape, deviation: 1 / Double(shape.dropFirst().reduce(1, *)).squareRoot())
        }
        func ones(_ count: Int, _ value: Float = 1) -> Tensor { Tensor([Float](repeating: value, count: count)) }
        let pads = AttributeProto.ints("pads", [1, 1, 1, 1])
        let kernel = AttributeProto.ints("kernel_shape", [3, 3])

        func images(_ nodes: [NodeProto], _ weights: [(String, Tensor)]) throws -> Model {
            let head = try weights + [("head", weight(4, 8))]
            return model(
                graph(
                    nodes + [
                        node("GlobalAveragePool", ["features"], "pool"), node("Flatten", ["pool"], "flat"),
                        node("Gemm", ["flat", "head"], "y", name: "head", .int("transB", 1), .float("alpha", 6)),
                    ], head, inputs: [value("x", [nil, 4, 6, 6])], outputs: [value("y", [nil, 4])]))
        }
        func vectors(_ nodes: [NodeProto], _ weights: [(String, Tensor)], shape: [Int?] = [nil, 6]) -> Model {
            model(graph(nodes, weights, inputs: [value("x", shape)], outputs: [value("y", [nil, 5])]))
        }

        let classifiers = [
            ProbeCase(
                testDescription: "convolution: strides, pads, bias",
                network: try images(
                    [
                        node("Conv", ["x", "w1", "b1"], "c1", kernel, pads, .ints("strides", [2, 2])), node("Tanh", ["c1"], "t1"),
                        node("Conv", ["t1", "w2"], "features", .ints("kernel_shape", [1, 1])),
                    ], [("w1", weight(6, 4, 3, 3)), ("b1", weight(6)), ("w2", weight(8, 6, 1, 1))])),
            ProbeCase(
                testDescription: "grouped convolution",
                network: try images(
                    [node("Conv", ["x", "w1"], "c1", kernel, .int("group", 2)), node("Tanh", ["c1"], "features")],
                    [("w1", weight(8, 2, 3, 3))])),
            ProbeCase(
                testDescription: "batch normalization after a convolution",
                network: try images(
                    [
                        node("Conv", ["x", "w1"], "c1", kernel, pads),
                        node("BatchNormalization", ["c1", "scale", "shift", "mean", "variance"], "n1"), node("Sigmoid", ["n1"], "features"),
                    ],
                    [
                        ("w1", weight(8, 4, 3, 3)), ("scale", ones(8, 1.5)), ("shift", weight(8)), ("mean", weight(8)),
                        ("variance", ones(8, 0.5)),
                    ])),
            ProbeCase(
                testDescription: "max pool and Relu after convolutions",
                network: try images(
                    [
                        node("Conv", ["x", "w1"], "c1", kernel, pads),
                        node("MaxPool", ["c1"], "m1", .ints("kernel_shape", [2, 2]), .ints("strides", [2, 2])), node("Relu", ["m1"], "r1"),
                        node("Conv", ["r1", "w2"], "features", kernel, pads),
                    ], [("w1", weight(6, 4, 3, 3)), ("w2", weight(8, 6, 3, 3))]), hasKinks: true),
            ProbeCase(
                testDescription: "residual Add around a convolution",
                network: try images(
                    [
                        node("Conv", ["x", "w1"], "c1", kernel, pads), node("Tanh", ["c1"], "t1"),
                        node("Conv", ["t1", "w2"], "c2", kernel, pads), node("Add", ["c2", "t1"], "features"),
                    ], [("w1", weight(8, 4, 3, 3)), ("w2", weight(8, 8, 3, 3))])),
            ProbeCase(
                testDescription: "Gemm with alpha, beta and either layout",
                network: vectors(
                    [
                        node("Gemm", ["x", "w1", "b1"], "g1", .float("alpha", 1.5), .float("beta", 0.5)), node("Tanh", ["g1"], "t1"),
                        node("Gemm", ["t1", "w2"], "y", .int("transB", 1), .float("alpha", 3)),
                    ], [("w1", try weight(6, 7)), ("b1", try weight(7)), ("w2", try weight(5, 7))])),
            ProbeCase(
                testDescription: "MatMul on positions: three axes",
                network: vectors(
                    [
                        node("MatMul", ["x", "w1"], "p1"), node("Tanh", ["p1"], "t1"), node("MatMul", ["t1", "w2"], "p2"),
                        node("ReduceSum", ["p2", "axes"], "y", .int("keepdims", 0)),
                    ], [("w1", try weight(6, 7)), ("w2", try weight(7, 5)), ("axes", Tensor([1] as [Int64]))], shape: [nil, 3, 6])),
            ProbeCase(
                testDescription: "Gemm on flattened positions",
                network: vectors(
                    [
                        node("Reshape", ["x", "rows"], "f"), node("Gemm", ["f", "w1"], "g1"), node("Tanh", ["g1"], "t1"),
                        node("Reshape", ["t1", "positions"], "r1"),
                        node("ReduceMean", ["r1"], "m1", .ints("axes", [1]), .int("keepdims", 0)),
                        node("MatMul", ["m1", "w2"], "y"),
                    ],
                    [
                        ("w1", try weight(6, 7)), ("w2", try random.normal([7, 5])), ("rows", Tensor([-1, 6] as [Int64])),
                        ("positions", Tensor([-1, 3, 7] as [Int64])),
                    ], shape: [nil, 3, 6])),
            ProbeCase(
                testDescription: "MatMul with the weight on the left",
                network: vectors(
                    [
                        node("MatMul", ["w1", "x"], "p1"), node("Tanh", ["p1"], "t1"), node("Flatten", ["t1"], "f1"),
                        node("MatMul", ["f1", "w2"], "y"),
                    ], [("w1", try weight(7, 6)), ("w2", try weight(21, 5))], shape: [nil, 6, 3])),
            ProbeCase(
                testDescription: "one weight used twice",
                network: vectors(
                    [
                        node("MatMul", ["x", "w1"], "p1"), node("Tanh", ["p1"], "t1"), node("MatMul", ["t1", "w1"], "p2"),
                        node("Tanh", ["p2"], "t2"), node("MatMul", ["t2", "w2"], "y"),
                    ], [("w1", try weight(6, 6)), ("w2", try random.normal([6, 5]))])),
        ]

        let perceptron = vectors(
            [node("MatMul", ["x", "w1"], "p1"), node("Tanh", ["p1"], "t1"), node("MatMul", ["t1", "w2"], "y")],
            [("w1", try weight(6, 7)), ("w2", try weight(7, 5))])
        let positions = model(
            graph(
                [node("MatMul", ["x", "w1"], "p1"), node("Tanh", ["p1"], "t1"), node("MatMul", ["t1", "w2"], "y")],
                [("w1", try weight(6, 7)), ("w2", try weight(7, 5))], inputs: [value("x", [nil, 4, 6])], outputs: [value("y", [nil, 4, 5])])
        )
        let attention = make(
            model(
                graph(
                    [
                        node("MatMul", ["x", "wq"], "q"), node("MatMul", ["x", "wk"], "k"), node("MatMul", ["x", "wv"], "v"),
                        node("MultiHeadAttention", ["q", "k", "v"], "a", .int("num_heads", 2), domain: "com.microsoft"),
                        node("MatMul", ["a", "wo"], "o"),
                        node("SkipLayerNormalization", ["o", "x", "scale"], "n", .float("epsilon", 1e-5), domain: "com.microsoft"),
                        node("QuickGelu", ["n"], "g", domain: "com.microsoft"),
                        node("ReduceSum", ["g", "axes"], "s", .int("keepdims", 0)), node("MatMul", ["s", "w2"], "y"),
                    ],
                    [
                        ("wq", try weight(6, 8)), ("wk", try weight(6, 8)), ("wv", try weight(6, 8)), ("wo", try weight(8, 6)),
                        ("scale", ones(6, 1.5)), ("axes", Tensor([1] as [Int64])), ("w2", try weight(6, 5)),
                    ], inputs: [value("x", [nil, 3, 6])], outputs: [value("y", [nil, 5])]))
        ) { $0.proto.opsetImport.append(make(OperatorSetIdProto()) { ($0.domain, $0.version) = ("com.microsoft", 1) }) }
        let shares = model(
            graph(
                [node("Gemm", ["x", "w"], "z", name: "layer"), node("Sigmoid", ["z"], "y")], [("w", try weight(6, 5))],
                inputs: [value("x", [nil, 6])], outputs: [value("y", [nil, 5])]))
        return classifiers + [
            ProbeCase(testDescription: "classes of positions, some of which do not count", network: positions),
            ProbeCase(
                testDescription: "distributions of classes, at positions some of which do not count", network: positions,
                loss: Loss(.divergence)),
            ProbeCase(testDescription: "distributions of classes", network: perceptron, loss: Loss(.divergence)),
            ProbeCase(
                testDescription: "distributions of classes, of which the network gives probabilities",
                network: vectors(
                    [node("Gemm", ["x", "w"], "z", name: "layer"), node("Softmax", ["z"], "p", .int("axis", 1)), node("Abs", ["p"], "y")],
                    [("w", try weight(6, 5))]),
                loss: Loss(.divergence, form: .probabilities)),
            ProbeCase(testDescription: "a yes or a no for each output", network: perceptron, loss: Loss(.binaryCrossEntropy)),
            ProbeCase(
                testDescription: "probabilities of a yes", network: shares, loss: Loss(.binaryCrossEntropy, form: .probabilities)),
            ProbeCase(testDescription: "squared error", network: perceptron, loss: Loss(.squaredError)),
            ProbeCase(testDescription: "attention and what surrounds it, fused", network: attention),
            ProbeCase(testDescription: "an output that is the loss", network: perceptron, loss: Loss(.output)),
        ]
    }

    /// x -> W x + b: its Gauss-Newton matrix is known exactly.
    static func linear(fixedBatch: Int? = nil, ending: [NodeProto] = [], loss: Loss = Loss()) throws -> ProbeCase {
        var random = RandomTensors(seed: 31)
        let last = ending.isEmpty ? "y" : "logits"
        let model = model(
            graph(
                [node("Gemm", ["x", "w", "b"], last, name: "layer", .int("transB", 1))] + ending,
                [("w", try random.normal([4, 6], deviation: 0.6)), ("b", try random.normal([4]))],
                inputs: [value("x", [fixedBatch, 6])], outputs: [value("y", [fixedBatch, 4])]))
        return ProbeCase(testDescription: "linear", network: model, loss: loss)
    }

    /// x -> W x at each of four positions.
    static func linearPositions() throws -> ProbeCase {
        var random = RandomTensors(seed: 32)
        let model = model(
            graph(
                [node("MatMul", ["x", "w"], "y", name: "layer")], [("w", try random.normal([6, 5], deviation: 0.6))],
                inputs: [value("x", [nil, 4, 6])], outputs: [value("y", [nil, 4, 5])]))
        return ProbeCase(testDescription: "linear at positions", network: model)
    }
}
