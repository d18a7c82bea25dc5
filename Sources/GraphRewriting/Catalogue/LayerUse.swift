/// A node that applies a layer's weight.
package struct LayerUse: Sendable, Hashable {
    /// May be empty: ONNX asks for no name.
    package let nodeName: String
    package let kind: LayerKind
    /// The value that the map is applied to.
    package let input: String
    /// The value that the node computes; no other node bears it.
    package let output: String
    /// nil where the node is no convolution, or its pads depend on the input's size.
    package let window: ConvolutionWindow?
    /// Whether the node applies Wᵀ in place of W.
    package let isTransposed: Bool
    /// Whether the node's operand is a Transpose node's result in place of the weight as it is stored.
    let readsTranspose: Bool
}
