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
