package import Tensors

/// Why the scale of a model's logits cannot be changed in its last layer.
package enum LogitScaleError: Error, Hashable, CustomStringConvertible {
    /// No product with a weight leads to the output.
    case noLayer(String)
    /// The output does not grow with what the node computes.
    case notLinear(node: String)
    /// The last layer's weight or bias is computed.
    case notConstant(String)
    /// A value that would be scaled has another use.
    case usedElsewhere(String)
    /// A scaled constant has elements that are too large for its type.
    case overflow(String, ElementType)

    package var description: String {
        switch self {
        case .noLayer(let output): "output '\(output)' does not come from a layer with a weight"
        case .notLinear(let node): "the output comes from \(node), which is not linear"
        case .notConstant(let name): "'\(name)' in the last layer is not a constant"
        case .usedElsewhere(let name): "'\(name)' is also used outside the last layer"
        case .overflow(let name, let type): "'\(name)' divided by the temperature is too large for \(type)"
        }
    }
}
