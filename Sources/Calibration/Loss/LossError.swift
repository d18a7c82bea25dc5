package import Tensors

/// Why a loss cannot be computed from a model's output.
package enum LossError: Error, Sendable, Hashable, CustomStringConvertible {
    case shape([Int], loss: Loss.Kind, samples: Int)
    case elementType(ElementType)
    /// There are not as many rows or entries as labels.
    case labelCount(Int, output: [Int], samples: Int)
    /// Probabilities are wanted of other positions or classes than there are.
    case distributions(positions: Int, classes: Int, output: [Int], samples: Int)
    case labelOutOfRange(label: Int, classes: Int)
    /// The labels are not of the kind that the loss asks for.
    case targets(Loss.Kind)

    package var description: String {
        switch self {
        case .shape(let shape, let loss, let samples):
            "\(loss.name) needs an output of shape \(loss.shapes), but for \(samples) samples the model gives \(shape)"
        case .labelCount(let labels, let shape, let samples):
            "the labels have \(labels) \(labels == 1 ? "entry" : "entries") a sample, which does not go with the output \(shape) for \(samples) samples"
        case .distributions(let positions, let classes, let shape, let samples):
            "the probabilities that are wanted are those of \(classes) classes at \(positions) \(positions == 1 ? "position" : "positions"), "
                + "which does not go with the output \(shape) for \(samples) samples"
        case .elementType(let type): "a loss needs a floating-point output, but the model gives \(type)"
        case .labelOutOfRange(let label, let classes): "label \(label) is out of range: the model has \(classes) classes"
        case .targets(let loss): "the labels are not of the kind that \(loss.name) asks for"
        }
    }
}

extension Loss.Kind {
    fileprivate var name: String {
        switch self {
        case .crossEntropy: "cross-entropy"
        case .divergence: "the divergence"
        case .binaryCrossEntropy: "multi-label cross-entropy"
        case .squaredError: "the squared error"
        case .output: "a loss that the model computes"
        }
    }

    fileprivate var shapes: String {
        isCategorical ? "[samples, classes] or [samples, positions, classes]" : "[samples, ...]"
    }
}
