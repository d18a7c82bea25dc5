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
    /// The moments of each half of the samples; empty where the whole is exact, or has no halves.
    package let halves: [LayerStatistics]

    package init(
        inputs: [Matrix], gradients: [Matrix], inputMagnitudes: [Double] = [], inputChannels: [Matrix] = [],
        outputGradientSquares: [Double] = [], halves: [LayerStatistics] = []
    ) {
        self.halves = halves
        self.inputs = inputs
        self.gradients = gradients
        self.inputMagnitudes = inputMagnitudes
        self.inputChannels = inputChannels
        self.outputGradientSquares = outputGradientSquares
    }

    /// The same moments, with those of the halves of the samples.
    package func having(_ halves: [LayerStatistics]) -> LayerStatistics {
        LayerStatistics(
            inputs: inputs, gradients: gradients, inputMagnitudes: inputMagnitudes, inputChannels: inputChannels,
            outputGradientSquares: outputGradientSquares, halves: halves)
    }

    /// What this says of Wᵀ, said of W: |B^(1/2) ΔWᵀ A^(1/2)| = |A^(1/2) ΔW B^(1/2)|. Sums by channel are left out.
    package var transposed: LayerStatistics { LayerStatistics(inputs: gradients, gradients: inputs, halves: halves.map(\.transposed)) }

    /// With the moments of further uses of the layer, in other places of the network.
    ///
    /// A sum of Kronecker products is taken for the product of sums here. What one use says stays the same if a number moves from its
    /// gradients to its inputs; in the sums the numbers must agree, so they are chosen such that both uses have traces of the same proportion.
    package func adding(_ other: LayerStatistics) throws(LinearAlgebraError) -> LayerStatistics {
        func trace(_ moments: [Matrix]) -> Double { moments.reduce(0) { $0 + $1.trace } }
        let square = trace(inputs) * trace(other.gradients) / (trace(gradients) * trace(other.inputs))
        let scale = square.isFinite && square > 0 ? square.squareRoot() : 1
        func sums(_ own: [Matrix], _ other: [Matrix], times scale: Double) throws(LinearAlgebraError) -> [Matrix] {
            var sums: [Matrix] = []
            for (own, other) in zip(own, other) { sums.append(try own.adding(other, times: scale)) }
            return sums
        }
        var joined: [LayerStatistics] = []
        for (own, other) in zip(halves, other.halves) { joined.append(try own.adding(other)) }
        return LayerStatistics(
            inputs: try sums(inputs, other.inputs, times: scale), gradients: try sums(gradients, other.gradients, times: 1 / scale),
            inputMagnitudes: inputMagnitudes, inputChannels: inputChannels, outputGradientSquares: outputGradientSquares,
            halves: joined)
    }
}
