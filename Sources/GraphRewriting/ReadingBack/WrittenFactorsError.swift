internal import Files

/// Why the factors of a layer cannot be read back.
package enum WrittenFactorsError: Error, Hashable, CustomStringConvertible {
    /// The scheme or the rank that the metadata name does not go with the layer.
    case impossibleRecord(layer: String)
    /// The nodes in the layer's place are not those that the form has.
    case otherNodes(layer: String, at: String)
    /// A stored tensor is not of the shape or type that the rank asks for.
    case otherTensor(layer: String, name: String)

    package var description: String {
        switch self {
        case .impossibleRecord(let layer):
            "the metadata's scheme and rank do not go with layer \(layer.quoted) of the original"
        case .otherNodes(let layer, let value):
            "layer \(layer.quoted) is not as jointrank wrote it: the nodes before \(value.quoted) are others"
        case .otherTensor(let layer, let name):
            "layer \(layer.quoted) is not as jointrank wrote it: \(name.quoted) has another shape or type"
        }
    }
}
