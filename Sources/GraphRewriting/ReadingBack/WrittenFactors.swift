internal import Files
internal import ONNXModel
package import Tensors

/// The factors of one layer, read back from a model that ``Rewriting`` wrote: y = second (first x), also where they are stored as pivoted rows.
///
/// Numbers are those of the file: rows that are chosen become rows of an identity in the second factor, so that nothing is rounded.
package struct WrittenFactors: Sendable {
    /// By the scheme of the factors.
    package let layer: Layer
    package let record: WrittenLayer
    /// Combinations of a convolution's input channels, [groups * q, C_in / groups, 1...]; nil where the first factor sees the channels.
    package let inputs: Tensor?
    /// [groups * r, C_in / groups or q, k...] of a convolution, [K, r] of an embedding, else [r, K].
    package let first: Tensor
    /// [C_out, r, 1...] of a convolution, [C_out, r, 1, kw] by the spatial scheme, else [M, r].
    package let second: Tensor
    /// The numbers that the file holds for the layer.
    package let storedParameters: Int
}

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
