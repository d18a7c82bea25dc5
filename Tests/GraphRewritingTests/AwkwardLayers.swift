import Foundation
import GraphRewriting
import LowRank
import ONNXModel
import Tensors

/// A small model with layers that are easy to rewrite wrongly, and inputs to run it on.
struct AwkwardModel: Sendable, CustomStringConvertible {
    let description: String
    private(set) var model: Model
    let inputs: [String: [Int]]
    /// Of the layers, in graph order.
    var layerCount = 1

    /// - Parameter inputs: names and shapes, in the graph's order.
    init(
        _ description: String, _ nodes: [NodeProto], _ initializers: [TensorProto] = [], inputs: [(String, [Int])], outputRank: Int,
        outputs: [String] = ["y"], operatorSet: Int = 13, irVersion: Int = 7, elementType: ElementType = .float32, layerCount: Int = 1
    ) {
        self.description = description
        self.inputs = Dictionary(uniqueKeysWithValues: inputs)
        self.layerCount = layerCount
        model = GraphRewritingTests.model(
            graph(
                nodes, initializers, inputs: inputs.map { value($0.0, $0.1, elementType) },
                outputs: outputs.map { value($0, Array(repeating: nil, count: outputRank), elementType) }),
            operatorSet: operatorSet, irVersion: irVersion)
    }

    /// With the shapes of computed values stated.
    func declaring(_ shapes: [String: [Int]]) -> AwkwardModel {
        make(self) {
            $0.model.proto.graph.valueInfo = shapes.sorted { $0.key < $1.key }.map { value($0.key, $0.value, .float32) }
        }
    }

    static let all = convolutions + gemms + products + shared

    /// The same models, the oldest with a newer IR version, which lets them have constants that are integers, and the tied ones that have
    /// a pivoted form.
    static let pivotable =
        all.map { old in
            guard let operatorSet = try? old.model.opsetVersion, operatorSet < 9, old.model.proto.irVersion < 4 else { return old }
            return make(old) {
                $0.model.proto.irVersion = 4
                $0.model.proto.graph.input.removeLast(old.model.proto.graph.input.count - old.inputs.count)
            }
        } + tied.filter { tied in tied.layers.allSatisfy { $0.obstacle(to: .pivoted, in: tied.model) == nil } }
}

extension AwkwardModel {
    private enum Padding: CaseIterable {
        case none, uneven, sameUpper, sameLower, valid

        var isSame: Bool { self == .sameUpper || self == .sameLower }

        func attributes(axes: Int) -> [AttributeProto] {
            switch self {
            case .none: []
            case .uneven: [.ints("pads", (0..<2 * axes).map { ($0 * 2 + 1) % 3 })]
            case .sameUpper: [.string("auto_pad", "SAME_UPPER")]
            case .sameLower: [.string("auto_pad", "SAME_LOWER")]
            case .valid: [.string("auto_pad", "VALID")]
            }
        }
    }

    private static let convolutions: [AwkwardModel] = {
        var models: [AwkwardModel] = []
        for kernel in [[1], [3], [1, 1], [3, 3], [2, 3], [2, 1, 3]] {
            for stride in [1, 2] {
                for padding in Padding.allCases {
                    // ONNX Runtime has no automatic padding of dilated kernels.
                    for dilation in padding.isSame ? [1] : [1, 2] {
                        for groups in [1, 2, 4] {
                            // Whether there is a bias, and old or new operators, alternates instead of doubling the table.
                            let hasBias = (models.count / 3) % 2 == 0
                            let isOld = models.count % 2 == 0
                            models.append(
                                convolution(
                                    kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups, hasBias: hasBias,
                                    isOld: isOld))
                        }
                    }
                }
            }
        }
        return models
    }()

    private static func convolution(
        kernel: [Int], stride: Int, padding: Padding, dilation: Int, groups: Int, hasBias: Bool, isOld: Bool
    ) -> AwkwardModel {
        let axes = kernel.count
        var conv = node("Conv", ["x", "w"] + (hasBias ? ["b"] : []), "y", name: "conv")
        conv.attribute = padding.attributes(axes: axes)
        if stride > 1 { conv.attribute.append(.ints("strides", kernel.indices.map { $0 == 0 ? stride : 1 })) }
        if dilation > 1 { conv.attribute.append(.ints("dilations", kernel.indices.map { $0 == 0 ? 1 : dilation })) }
        if groups > 1 { conv.attribute.append(.int("group", groups)) }
        if isOld { conv.attribute.append(.ints("kernel_shape", kernel)) }
        return AwkwardModel(
            "Conv kernel \(kernel) stride \(stride) padding \(padding) dilation \(dilation) groups \(groups) bias \(hasBias) old \(isOld)",
            [conv], [weight("w", [12, 8 / groups] + kernel)] + (hasBias ? [weight("b", [12])] : []),
            inputs: [("x", [2, 8] + Array([9, 8, 7].prefix(axes)))], outputRank: 2 + axes, operatorSet: isOld ? 7 : 17,
            irVersion: isOld ? 3 : 8)
    }

    private static let gemms: [AwkwardModel] = {
        var models: [AwkwardModel] = []
        for (operatorSet, irVersion) in [(7, 3), (9, 4), (11, 6), (18, 8)] {
            for transA in [0, 1] {
                for transB in [0, 1] {
                    for scaled in [false, true] {
                        for addend in [nil, [], [6], [1, 6], [5, 1], [5, 6]] where addend != nil || operatorSet >= 11 {
                            var gemm = node("Gemm", ["x", "w"] + (addend == nil ? [] : ["c"]), "y", name: "gemm")
                            if transA == 1 { gemm.attribute.append(.int("transA", 1)) }
                            if transB == 1 { gemm.attribute.append(.int("transB", 1)) }
                            if scaled { gemm.attribute += [.float("alpha", 0.5), .float("beta", -1.5)] }
                            models.append(
                                AwkwardModel(
                                    "Gemm opset \(operatorSet) transA \(transA) transB \(transB) scaled \(scaled) C \(addend.map { "\($0)" } ?? "none")",
                                    [gemm], [weight("w", transB == 1 ? [6, 8] : [8, 6])] + (addend.map { [weight("c", $0)] } ?? []),
                                    inputs: [("x", transA == 1 ? [8, 5] : [5, 8])], outputRank: 2, operatorSet: operatorSet,
                                    irVersion: irVersion))
                        }
                    }
                }
            }
        }
        return models
    }()

    private static let products: [AwkwardModel] = {
        let right = node("MatMul", ["x", "w"], "y", name: "product")
        let left = node("MatMul", ["w", "x"], "y", name: "product")
        var models: [AwkwardModel] = []
        for (operatorSet, irVersion) in [(7, 3), (13, 7)] {
            for batch in [[], [5], [2, 5], [2, 3, 5]] {
                models.append(
                    AwkwardModel(
                        "MatMul right \(batch) opset \(operatorSet)", [right], [weight("w", [8, 6])], inputs: [("x", batch + [8])],
                        outputRank: batch.count + 1, operatorSet: operatorSet, irVersion: irVersion))
            }
            for batch in [[5], [2, 5]] {
                models.append(
                    AwkwardModel(
                        "Gather \(batch) opset \(operatorSet)",
                        [
                            node("Abs", ["x"], "size"), node("Mul", ["size", "ten"], "position"),
                            node("Cast", ["position"], "indices", .int("to", Int(ElementType.int64.rawValue))),
                            node("Gather", ["w", "indices"], "y", name: "embedding"),
                        ], [weight("w", [10, 6]), floats("ten", [], [10])], inputs: [("x", batch)], outputRank: batch.count + 1,
                        operatorSet: operatorSet, irVersion: irVersion))
            }
            for (batch, columns) in [([], []), ([], [5]), ([2], [5]), ([2, 3], [5])] {
                models.append(
                    AwkwardModel(
                        "MatMul left \(batch + [8] + columns) opset \(operatorSet)", [left], [weight("w", [6, 8])],
                        inputs: [("x", batch + [8] + columns)], outputRank: batch.count + 1 + columns.count, operatorSet: operatorSet,
                        irVersion: irVersion))
            }
        }
        let wide = zeros("w", [8, 6], .float64).filled()
        models.append(
            AwkwardModel("MatMul float64", [right], [wide], inputs: [("x", [5, 8])], outputRank: 2, elementType: .float64))
        return models
    }()

    private static let shared: [AwkwardModel] = [
        AwkwardModel(
            "Constant node", [constantNode("w", weight("", [8, 6])), node("MatMul", ["x", "w"], "y", name: "product")],
            inputs: [("x", [5, 8])], outputRank: 2),
        AwkwardModel(
            "Constant node in an old file", [constantNode("w", weight("", [8, 6])), node("MatMul", ["x", "w"], "y", name: "product")],
            inputs: [("x", [5, 8])], outputRank: 2, operatorSet: 8, irVersion: 3),
        AwkwardModel(
            "Identity of a Constant node",
            [
                constantNode("stored", weight("", [8, 6])), node("Identity", ["stored"], "w"),
                node("MatMul", ["x", "w"], "y", name: "product"),
            ],
            inputs: [("x", [5, 8])], outputRank: 2),
        AwkwardModel(
            "convolutions that share through Identity, with strides of their own",
            [
                node("Conv", ["x", "w"], "a", name: "one", .ints("pads", [1, 1, 1, 1])),
                node("Identity", ["w"], "alias"),
                node("Identity", ["alias"], "again"),
                node("Conv", ["a", "again", "b"], "h", name: "two", .ints("strides", [2, 2])),
                node("Conv", ["h", "alias"], "y", .string("auto_pad", "SAME_LOWER")),
            ],
            [weight("w", [8, 8, 3, 3]), weight("b", [8])], inputs: [("x", [2, 8, 9, 9])], outputRank: 4),
        AwkwardModel(
            "Gemms that share a weight and keep two outputs",
            [
                node("Gemm", ["x", "w", "b"], "y", name: "one", .int("transB", 1)),
                node("Gemm", ["x", "w", "c"], "z", name: "two", .int("transB", 1), .float("alpha", 2), .int("transA", 0)),
            ],
            [weight("w", [6, 8]), weight("b", [6]), weight("c", [5, 6])], inputs: [("x", [5, 8])], outputRank: 2, outputs: ["y", "z"],
            operatorSet: 9, irVersion: 4),
        AwkwardModel(
            "names that clash with new ones",
            [
                node("MatMul", ["x", "w"], "w.hidden", name: "w.first"), node("Relu", ["w.hidden"], "w.second", name: "product"),
                node("MatMul", ["w.second", "v"], "y"),
            ],
            [weight("w", [8, 8]), weight("v", [8, 6])], inputs: [("x", [5, 8])], outputRank: 2, layerCount: 2),
    ]
}

extension TensorProto {
    /// The same float64 tensor with elements that differ.
    fileprivate func filled() -> TensorProto {
        let count = dims.reduce(1, *)
        var random = SplitMix(seed: 11)
        let elements = (0..<count).map { _ in Double(random.nextUnit()) }
        var tensor = self
        tensor.rawData = elements.withUnsafeBytes { Data($0) }
        return tensor
    }
}
