import LinearAlgebra
import LowRank
import Search

/// A network whose losses and derivatives are known in closed form, and that writes down what it is asked.
///
/// With r_il = (W_l - V_l) x_il, where V_l is the original's matrix: what layer l gives sample i otherwise than the original does,
///
///     loss_i = original_i + sum_l s_il . r_il + 1/2 (sum_l b_il . r_il)²
///
/// The curvature of a sample's loss is the square of one derivative, so that no output direction need be drawn, and what the gates predict
/// is exact however far a step goes.
final class ExactNetwork: SearchedNetwork {
    /// What a sample and a layer have to do with each other.
    struct View {
        /// x, K numbers.
        let input: [Double]
        /// b, M numbers.
        let curve: [Double]
        /// s, M numbers.
        let slope: [Double]
    }

    /// What a search may ask.
    enum Question: Hashable {
        case basis([Int])
        case gates([Int], GateMoment)
        case losses([Int])
        case time([Int])
    }

    /// All components of the original.
    let layers: [FactoredLayer]
    /// By sample and layer.
    let fit: [[View]]
    /// By sample and layer.
    let select: [[View]]
    private(set) var original: CandidateLosses
    /// By layers and number of the select sample: by how much the loss is higher than the derivatives could know.
    var surprise: ([FactoredLayer], Int) throws -> Double = { _, _ in 0 }
    /// By layers and losses: what the select samples say beside these.
    var verdict: ([FactoredLayer], [Double]) throws -> CandidateLosses = { CandidateLosses($1) }
    /// By ranks.
    var latencyShare: ([Int]) -> Double? = { _ in nil }
    /// What stands in where the select samples are to be learned from as well; nil where there are samples enough.
    var whole: ExactNetwork?
    /// What an earlier search has found, to be handed out again in the same order.
    var remembered: [SearchOutcome?] = []
    private(set) var questions: [Question] = []
    /// By which gates were asked for.
    private(set) var targets: [SearchTarget] = []
    /// What pieces of the search have found, remembered or not.
    private(set) var outcomes: [SearchOutcome?] = []
    private let matrices: [Matrix]

    /// - Parameter select: nil for the fit samples.
    init(_ layers: [FactoredLayer], fit: [[View]], select: [[View]]? = nil) throws {
        self.layers = layers
        self.fit = fit
        self.select = select ?? fit
        original = CandidateLosses(self.select.indices.map { 1 + 0.125 * Double($0 % 3) })
        matrices = try layers.map { try $0.product }
    }

    func expressed(_ layers: consuming [FactoredLayer], in basis: Basis) throws -> [FactoredLayer] {
        questions.append(.basis(layers.ranks))
        return try layers.enumerated().map { index, layer in
            let (first, second) = (layer.pairs[0].first, layer.pairs[0].second)
            let own = fit.map { $0[index] }
            let statistics = LayerStatistics(
                inputs: [try moments(own.map { try first.multiplied(by: $0.input) })],
                gradients: [try moments(own.map { try second.transposedMultiplied(by: $0.curve) })],
                inputMagnitudes: sums(own.map { $0.input.map(\.magnitude) }),
                outputGradientSquares: sums(own.map { $0.curve.map { $0 * $0 } }))
            return try layer.expressed(in: basis, statistics)
        }
    }

    /// What the select samples say besides the losses, the original's divergence being told as well: its losses.
    func tellsAnswers(_ verdict: @escaping ([FactoredLayer], [Double]) throws -> CandidateLosses) {
        original = CandidateLosses(original.losses, divergence: original.losses)
        self.verdict = verdict
    }

    func sensitivities(
        of layers: [FactoredLayer], at moment: GateMoment, towards target: SearchTarget
    ) throws -> [ComponentSensitivities] {
        questions.append(.gates(layers.ranks, moment))
        targets.append(target)
        let residuals = try changes(layers, fit).map(\.residual)
        return try layers.enumerated().map { index, layer in
            let (first, second) = (layer.pairs[0].first, layer.pairs[0].second)
            var gates = ComponentSensitivities(componentCount: layer.rank)
            for (sample, residual) in zip(fit, residuals) {
                let hidden = try first.multiplied(by: sample[index].input)
                let curve = zip(try second.transposedMultiplied(by: sample[index].curve), hidden).map { $0 * $1 }
                let slope = zip(try second.transposedMultiplied(by: sample[index].slope), hidden).map { $0 * $1 }
                gates.append(first: zip(slope, curve).map { Float($0 + residual * $1) }, fisher: curve.map { Float($0) }, groups: 1)
            }
            return gates
        }
    }

    func losses(of layers: [FactoredLayer]) throws -> CandidateLosses {
        questions.append(.losses(layers.ranks))
        let losses = try changes(layers, select).enumerated().map { sample, change in
            try original.losses[sample] + change.slope + change.residual * change.residual / 2 + surprise(layers, sample)
        }
        return try verdict(layers, losses)
    }

    func latencyShare(of layers: [FactoredLayer]) throws -> Double? {
        questions.append(.time(layers.ranks))
        return latencyShare(layers.ranks)
    }

    var hasFewSamples: Bool { whole != nil }

    func learningFromSelect(
        _ layers: [FactoredLayer], in basis: Basis
    ) throws -> (network: any SearchedNetwork, layers: [FactoredLayer])? {
        try whole.map { ($0, try $0.expressed(layers, in: basis)) }
    }

    func remembering(
        _ piece: SearchPiece, from layers: [FactoredLayer], _ work: () throws -> SearchOutcome?
    ) throws -> SearchOutcome? {
        let outcome = try remembered.isEmpty ? work() : remembered.removeFirst()
        outcomes.append(outcome)
        return outcome
    }

    /// By sample: sum_l s_l . r_l and sum_l b_l . r_l.
    private func changes(_ layers: [FactoredLayer], _ samples: [[View]]) throws -> [(slope: Double, residual: Double)] {
        let differences = try zip(layers, matrices).map { try $0.product.adding($1, times: -1) }
        return try samples.map { sample in
            var (slope, residual) = (0.0, 0.0)
            for (view, difference) in zip(sample, differences) {
                let outputs = try difference.multiplied(by: view.input)
                slope += zip(view.slope, outputs).reduce(0) { $0 + $1.0 * $1.1 }
                residual += zip(view.curve, outputs).reduce(0) { $0 + $1.0 * $1.1 }
            }
            return (slope, residual)
        }
    }

    private func moments(_ vectors: [[Double]]) throws -> Matrix {
        let matrix = try Matrix(rows: vectors.count, columns: vectors[0].count, elements: vectors.flatMap { $0 })
        return try matrix.multiplied(by: matrix, transposingSelf: true)
    }

    private func sums(_ vectors: [[Double]]) -> [Double] {
        vectors.dropFirst().reduce(vectors[0]) { zip($0, $1).map { $0 + $1 } }
    }
}

extension FactoredLayer {
    /// M x K: what the factors of a layer of one group stand for.
    var product: Matrix { get throws { try pairs[0].second.multiplied(by: pairs[0].first) } }
}
