package enum SweepError: Error, Hashable, CustomStringConvertible {
    case notFinite(layer: String)
    case inputsNotFinite(layer: String)
    case shape(layer: String, [Int])

    package var description: String {
        switch self {
        case .notFinite(let layer): "the gradients of layer '\(layer)' are not finite; are the model's weights and the data?"
        case .inputsNotFinite(let layer): "the inputs of layer '\(layer)' are not finite, or too large to be squared"
        case .shape(let layer, let shape): "the gradients of layer '\(layer)' have the unexpected shape \(shape)"
        }
    }
}
