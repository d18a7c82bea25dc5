package import LinearAlgebra

/// How a layer is factored: the metrics under which its components are the best ones to keep.
package enum Basis: String, Sendable, Hashable, CaseIterable {
    /// |W - W_k|: truncated singular value decomposition (Eckart and Young 1936).
    case plain
    /// |D (W - W_k)|, D the square roots of the rows' Fisher information (FWSVD, arXiv 2207.00112). The rows' information is taken from the
    /// Kronecker-factored form: the mean square of each output's gradient.
    case rowWeighted
    /// |(W - W_k) D|, D = mean |x| of each input channel to the power 1/2 (ASVD, arXiv 2312.05821).
    case columnWeighted
    /// |(W - W_k) A^(1/2)|, A the inputs' second moment (SVD-LLM, arXiv 2403.07378; BALF, arXiv 2509.25136).
    case inputWhitened
    /// |B^(1/2) (W - W_k) A^(1/2)|, B the second moment of the outputs' gradients: the Kronecker-factored Fisher information.
    case bothWhitened

    /// The least share of the identity mixed into A: what the samples never showed keeps a little weight. See ``SampleShrinkage``.
    private static let inputShrinkage = 0.1
    /// The least share mixed into B, whose rank is at most the number of classes less one for each sample.
    private static let gradientShrinkage = 0.3

    /// The components of each group of a layer, the same number of them as before, in the order in which they matter.
    ///
    /// - Parameters:
    ///   - pairs: the layer's factors, by group.
    ///   - name: what errors call the layer.
    /// - Returns: the factors, and the singular values by component, summed in squares over the groups, which share a rank.
    package func components(
        of pairs: [FactorPair], statistics: LayerStatistics, name: String
    ) throws(LinearAlgebraError) -> (pairs: [FactorPair], energies: [Double]) {
        var result: [FactorPair] = []
        var energies: [Double] = []
        for (group, pair) in pairs.enumerated() {
            let (outputs, inputs) = try metrics(of: pair, group: group, groups: pairs.count, statistics, name: name)
            let (components, squares) = try MetricBasis.components(of: pair, outputs: outputs, inputs: inputs, name: name)
            result.append(components)
            energies = energies.isEmpty ? squares : zip(energies, squares).map { $0 + $1 }
        }
        return (result, energies)
    }

    /// By group: the metric on a convolution's input channels by which they are narrowed (see ``NarrowedInputs``); empty where it is plain.
    package func channelMetrics(_ statistics: LayerStatistics) throws(LinearAlgebraError) -> [Matrix] {
        guard self == .inputWhitened || self == .bothWhitened else { return [] }
        return try statistics.inputChannels.map { moments throws(LinearAlgebraError) in
            try MetricBasis.shrunk(moments, towards: .identity(moments.rows), by: Basis.inputShrinkage)
        }
    }

    private func metrics(
        of pair: FactorPair, group: Int, groups: Int, _ statistics: LayerStatistics, name: String
    ) throws(LinearAlgebraError) -> (outputs: Matrix, inputs: Matrix) {
        let (first, second) = (pair.first, pair.second)
        let plainOutputs = try second.multiplied(by: second, transposingSelf: true)
        let plainInputs = try first.multiplied(by: first, transposingOther: true)
        switch self {
        case .plain:
            return (plainOutputs, plainInputs)
        case .rowWeighted:
            let weights = Basis.spread(statistics.outputGradientSquares, group: group, groups: groups, over: pair.rows)
            let weighted = try second.scalingRows(by: weights.map { $0.squareRoot() })
            return (try weighted.multiplied(by: weighted, transposingSelf: true), plainInputs)
        case .columnWeighted:
            let weights = Basis.spread(statistics.inputMagnitudes, group: group, groups: groups, over: pair.columns)
            let weighted = try first.scalingColumns(by: weights.map { $0.squareRoot() })
            return (plainOutputs, try weighted.multiplied(by: weighted, transposingOther: true))
        case .inputWhitened:
            let inputs = try MetricBasis.shrunk(statistics.inputs[group], towards: plainInputs, by: Basis.inputShrinkage)
            return (plainOutputs, inputs)
        case .bothWhitened:
            func shrunk(
                _ moments: (LayerStatistics) -> Matrix, towards identity: Matrix, atLeast least: Double
            ) throws(LinearAlgebraError) -> Matrix {
                var share = least
                if statistics.halves.count == 2 {
                    let (first, second) = (moments(statistics.halves[0]), moments(statistics.halves[1]))
                    share = max(least, try SampleShrinkage.share(first, second, towards: identity, name: name))
                }
                return try MetricBasis.shrunk(moments(statistics), towards: identity, by: share)
            }
            return (
                try shrunk({ $0.gradients[group] }, towards: plainOutputs, atLeast: Basis.gradientShrinkage),
                try shrunk({ $0.inputs[group] }, towards: plainInputs, atLeast: Basis.inputShrinkage)
            )
        }
    }

    /// One weight for each of `count` rows or columns of a group, from one for each channel: the positions of a kernel share that of their
    /// channel. Channels that were never active keep a little weight, so that the map stays whole.
    private static func spread(_ channels: [Double], group: Int, groups: Int, over count: Int) -> [Double] {
        let own = channels.count / max(groups, 1)
        let mean = channels.reduce(0, +) / Double(max(channels.count, 1))
        guard own > 0, count % own == 0, mean > 0 else { return [Double](repeating: 1, count: count) }
        return (0..<count).map { max(channels[group * own + $0 / (count / own)] / mean, 1e-3) }
    }
}
