package import ONNXModel

/// A model in which other forms stand in the place of layers, and where their components can be seen.
package struct RewrittenModel: Sendable {
    package let model: Model
    /// By the name of each layer in the form of factors: one value for each node that uses the layer's weight, in graph order.
    package let hiddenValues: [String: [HiddenValue]]
}
