import ONNXModel
import TestSupport
import Tensors

/// Small classifiers with seeded random weights, most of whose layers are of low rank but for some noise.
///
/// Labels are drawn from the same network without the noise, so that a lower rank can lower the loss.
enum Networks {
    static let classes = 6

    /// Image [1, 8, 8] -> two convolutions -> two dense layers -> scores.
    static func convolutional(
        noise: Double = 0.5, batch: Int? = nil, endsInSoftmax: Bool = false, operatorSet: Int = 13
    ) throws -> Model {
        var random = RandomTensors(seed: 1)
        let last = endsInSoftmax ? "logits" : "scores"
        var nodes = [
            node(
                "Conv", ["image", "conv1.weight", "conv1.bias"], "conv1", .ints("kernel_shape", [3, 3]), .ints("strides", [2, 2]),
                .ints("pads", [1, 1, 1, 1])),
            node("Relu", ["conv1"], "relu1"),
            node(
                "Conv", ["relu1", "conv2.weight"], "conv2", .ints("kernel_shape", [3, 3]), .ints("strides", [2, 2]),
                .ints("pads", [1, 1, 1, 1])),
            node("Tanh", ["conv2"], "tanh2"),
            node("Flatten", ["tanh2"], "flat"),
            node("Gemm", ["flat", "dense1.weight", "dense1.bias"], "dense1", .int("transB", 1)),
            node("Tanh", ["dense1"], "tanh3"),
            node("Gemm", ["tanh3", "dense2.weight", "dense2.bias"], last, name: "dense2", .int("transB", 1)),
        ]
        if endsInSoftmax { nodes.append(node("Softmax", [last], "scores", .int("axis", 1))) }
        let weights = [
            ("conv1.weight", try random.nearlyLowRank([8, 1, 3, 3], rank: 3, noise: noise)),
            ("conv1.bias", try random.normal([8], deviation: 0.1)),
            ("conv2.weight", try random.nearlyLowRank([16, 8, 3, 3], rank: 4, noise: noise)),
            ("dense1.weight", try random.nearlyLowRank([32, 64], rank: 4, noise: noise)),
            ("dense1.bias", try random.normal([32], deviation: 0.1)),
            ("dense2.weight", try random.normal([classes, 32], deviation: 3)),
            ("dense2.bias", try random.normal([classes], deviation: 0.1)),
        ]
        return model(
            graph(nodes, weights, inputs: [value("image", [batch, 1, 8, 8])], outputs: [value("scores", [batch, classes])]),
            operatorSet: operatorSet)
    }

    /// Features [24] -> MatMul + Add, three times.
    static func perceptron(
        noise: Double = 0.5, weightsInConstants: Bool = false, operatorSet: Int = 13, activation: String = "Tanh",
        attributes: [AttributeProto] = [], elementType: ElementType = .float32
    ) throws -> Model {
        var random = RandomTensors(seed: 2)
        var weights = [
            ("weight1", try random.nearlyLowRank([24, 32], rank: 4, noise: noise)),
            ("bias1", try random.normal([32], deviation: 0.1)),
            ("weight2", try random.nearlyLowRank([32, 32], rank: 4, noise: noise)),
            ("bias2", try random.normal([32], deviation: 0.1)),
            ("weight3", try random.normal([32, classes], deviation: 2)),
            ("bias3", try random.normal([classes], deviation: 0.1)),
        ]
        if elementType == .float64 {
            weights = try weights.map { ($0, try Tensor(shape: $1.shape, ($1.elements(as: Float.self) ?? []).map(Double.init))) }
        }
        let activations = [1, 2].map { index in
            var node = node(activation, ["sum\(index)"], "hidden\(index)")
            node.attribute = attributes
            return node
        }
        var nodes = [
            node("MatMul", ["features", "weight1"], "product1"), node("Add", ["product1", "bias1"], "sum1"), activations[0],
            node("MatMul", ["hidden1", "weight2"], "product2"), node("Add", ["product2", "bias2"], "sum2"), activations[1],
            node("MatMul", ["hidden2", "weight3"], "product3"), node("Add", ["product3", "bias3"], "scores"),
        ]
        if weightsInConstants {
            nodes = weights.map { constantNode($0, $1) } + nodes
            weights = []
        }
        return model(
            graph(
                nodes, weights, inputs: [value("features", [nil, 24], elementType)],
                outputs: [value("scores", [nil, classes], elementType)]),
            operatorSet: operatorSet)
    }

    /// Image [8, 6, 6] -> a convolution in two groups -> dense layer.
    static func grouped(noise: Double = 0.5) throws -> Model {
        var random = RandomTensors(seed: 3)
        return model(
            graph(
                [
                    node(
                        "Conv", ["image", "conv.weight", "conv.bias"], "conv", .ints("kernel_shape", [3, 3]), .int("group", 2)),
                    node("Tanh", ["conv"], "tanh"),
                    node("GlobalAveragePool", ["tanh"], "pool"),
                    node("Flatten", ["pool"], "flat"),
                    node("Gemm", ["flat", "dense.weight"], "scores", name: "dense", .int("transB", 1)),
                ],
                [
                    ("conv.weight", try random.nearlyLowRank([24, 4, 3, 3], rank: 4, noise: noise)),
                    ("conv.bias", try random.normal([24], deviation: 0.1)),
                    ("dense.weight", try random.normal([classes, 24], deviation: 4)),
                ],
                inputs: [value("image", [nil, 8, 6, 6])], outputs: [value("scores", [nil, classes])]))
    }

    /// Image [12, 6, 6] -> a convolution of rank 3 along its output channels and along its input channels -> dense layer.
    static func narrow(noise: Double = 0.5) throws -> Model {
        var random = RandomTensors(seed: 5)
        // By input channel, three kernels; these make those of the outputs.
        let kernels = try random.nearlyLowRank([12, 3 * 9], rank: 3, noise: noise).elements(as: Float.self) ?? []
        let outputs = try random.normal([16, 3]).elements(as: Float.self) ?? []
        let additions = try random.normal([16, 12, 3, 3], deviation: 0.1 * noise).elements(as: Float.self) ?? []
        let weight = additions.indices.map { position in
            let (output, channel, place) = (position / 108, position / 9 % 12, position % 9)
            return (0..<3).reduce(additions[position]) { $0 + outputs[output * 3 + $1] * kernels[channel * 27 + $1 * 9 + place] }
        }
        return model(
            graph(
                [
                    node("Conv", ["image", "conv.weight", "conv.bias"], "conv", .ints("strides", [2, 1]), .ints("pads", [1, 0, 1, 2])),
                    node("Tanh", ["conv"], "tanh"),
                    node("GlobalAveragePool", ["tanh"], "pool"),
                    node("Flatten", ["pool"], "flat"),
                    node("Gemm", ["flat", "dense.weight"], "scores", name: "dense", .int("transB", 1)),
                ],
                [
                    ("conv.weight", try Tensor(shape: [16, 12, 3, 3], weight)),
                    ("conv.bias", try random.normal([16], deviation: 0.1)),
                    ("dense.weight", try random.normal([classes, 16], deviation: 4)),
                ],
                inputs: [value("image", [nil, 12, 6, 6])], outputs: [value("scores", [nil, classes])]))
    }

    /// Two inputs, each through a layer of its own, added up.
    static func twoInputs(noise: Double = 0.5) throws -> Model {
        var random = RandomTensors(seed: 4)
        return model(
            graph(
                [
                    node("MatMul", ["left", "left.weight"], "left.product"),
                    node("MatMul", ["right", "right.weight"], "right.product"),
                    node("Add", ["left.product", "right.product"], "sum"),
                    node("Tanh", ["sum"], "hidden"),
                    node("MatMul", ["hidden", "head.weight"], "scores", name: "head"),
                ],
                [
                    ("left.weight", try random.nearlyLowRank([16, 24], rank: 3, noise: noise)),
                    ("right.weight", try random.nearlyLowRank([20, 24], rank: 3, noise: noise)),
                    ("head.weight", try random.normal([24, classes], deviation: 1)),
                ],
                inputs: [value("left", [nil, 16]), value("right", [nil, 20])], outputs: [value("scores", [nil, classes])]))
    }
}
