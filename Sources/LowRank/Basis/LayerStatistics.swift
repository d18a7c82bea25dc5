package import LinearAlgebra

/// What one sweep over samples says about a layer W = S F, in the coordinates of its components.
///
/// Sums over samples and positions, not means: only their proportions count.
package struct LayerStatistics: Sendable {
    /// By group: the second moment of h = F x, R x R.
    package let inputs: [Matrix]
    /// By group: the second moment of dl/dh for output directions drawn from the model's own predictions, R x R.
    package let gradients: [Matrix]
    /// Sums of |x| by input channel, all groups together; empty where unknown.
    package let inputMagnitudes: [Double]
    /// By group: the second moment of the input channels; empty where they are not to be narrowed.
    package let inputChannels: [Matrix]
    /// Sums of (dl/dy)² by output channel, all groups together; empty where unknown.
    package let outputGradientSquares: [Double]

    package init(
        inputs: [Matrix], gradients: [Matrix], inputMagnitudes: [Double] = [], inputChannels: [Matrix] = [],
        outputGradientSquares: [Double] = []
    ) {
        self.inputs = inputs
        self.gradients = gradients
        self.inputMagnitudes = inputMagnitudes
        self.inputChannels = inputChannels
        self.outputGradientSquares = outputGradientSquares
    }
}
