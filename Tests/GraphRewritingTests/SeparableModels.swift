import LowRank
import ONNXModel

@testable import GraphRewriting

extension AwkwardModel {
    /// Convolutions whose two spatial axes differ in everything, by padding, stride, dilation and groups.
    static let separable: [AwkwardModel] = {
        let padding: [(name: String, attributes: [AttributeProto])] = [
            ("none", []), ("uneven", [.ints("pads", [2, 0, 1, 3])]), ("valid", [.string("auto_pad", "VALID")]),
            ("same upper", [.string("auto_pad", "SAME_UPPER")]), ("same lower", [.string("auto_pad", "SAME_LOWER")]),
        ]
        var models: [AwkwardModel] = []
        for kernel in [[3, 3], [5, 3], [2, 4]] {
            for (name, pads) in padding {
                let isSame = name.hasPrefix("same")
                for strides in isSame ? [[1, 1]] : [[1, 1], [2, 1], [1, 3], [2, 2]] {
                    // ONNX Runtime has no automatic padding of dilated kernels.
                    for dilations in isSame ? [[1, 1]] : [[1, 1], [1, 2], [2, 3]] {
                        for groups in [1, 2, 4] {
                            let number = models.count
                            var conv = node("Conv", ["x", "w"] + (number / 3 % 2 == 0 ? ["b"] : []), "y", name: "conv")
                            conv.attribute = pads + [.ints("strides", strides), .ints("dilations", dilations), .int("group", groups)]
                            // From operator set 10 on slices take steps.
                            let (operatorSet, irVersion) = strides == [1, 1] ? [(9, 3), (10, 5), (17, 8)][number % 3] : (13, 7)
                            models.append(
                                AwkwardModel(
                                    "Conv \(kernel) pads \(name) strides \(strides) dilations \(dilations) groups \(groups) opset \(operatorSet)",
                                    [conv], [weight("w", [12, 8 / groups] + kernel)] + (conv.input.count == 3 ? [weight("b", [12])] : []),
                                    inputs: [("x", [2, 8, 14, 13])], outputRank: 4, operatorSet: operatorSet, irVersion: irVersion))
                        }
                    }
                }
            }
        }
        return models
    }()

    /// Convolutions whose input channels can be narrowed.
    static let narrowable = pivotable.filter { model in model.layers.allSatisfy { $0.viewed(as: .tucker) != nil } }
}
