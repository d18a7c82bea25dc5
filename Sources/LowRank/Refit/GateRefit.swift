package import LinearAlgebra

/// One damped Gauss-Newton step on the gates that survive a plan: how much to scale each kept component so that the network's loss falls
/// and the removed components are made up for. Closed form, no training.
///
/// With J the Fisher derivatives f_ij of the kept gates, t_i = -sum f_ij over the removed ones, and g_j = mean c_ij, the changes e of the
/// gates minimise g . e + 1/(2N) |J e + t|² + damping/2 sum_j d_j e_j², where d_j = mean f_ij² plus a thousandth of its mean.
package struct GateRefit: Sendable {
    /// Those to try: weak damping trusts the quadratic model far from the current point, strong damping hardly moves.
    package static let dampings: [Double] = [10, 30, 100]

    /// Kept components of the adjusted layers: layer and component, in order.
    let gates: [(layer: Int, component: Int)]
    private let ranks: [Int]
    /// samples x gates.
    let jacobian: Matrix
    private let sensitivities: [ComponentSensitivities]
    private let followsGradient: Bool
    /// By sample: t.
    let removed: [Double]
    /// g + Jᵀ t / N.
    private let gradient: [Double]
    /// By gate: d.
    let penalty: [Double]
    /// What does not depend on the damping, in the smaller of the two spaces: JᵀJ / N, or J D⁻¹Jᵀ / N with D the penalties.
    private let gram: Matrix

    /// - Parameters:
    ///   - sensitivities: of each layer, in the order in which it gives up components.
    ///   - ranks: the components that each layer keeps.
    ///   - adjusted: which layers' kept components may be scaled.
    ///   - followsGradient: whether the loss's own gradient g counts; without it, the step only makes up for what is removed.
    package init(
        _ sensitivities: [ComponentSensitivities], ranks: [Int], adjusted: [Bool], followsGradient: Bool = true
    ) throws(LinearAlgebraError) {
        let samples = sensitivities.first?.sampleCount ?? 0
        let gates = sensitivities.indices.filter { adjusted[$0] }.flatMap { layer in
            (0..<ranks[layer]).map { (layer: layer, component: $0) }
        }
        var removed = [Double](repeating: 0, count: samples)
        for (layer, rank) in zip(sensitivities, ranks) {
            for sample in 0..<samples {
                for component in rank..<max(rank, layer.componentCount) {
                    removed[sample] -= Double(layer.fisher[sample * layer.componentCount + component])
                }
            }
        }
        var elements = [Double](repeating: 0, count: samples * gates.count)
        var gradient = [Double](repeating: 0, count: gates.count)
        var squares = gradient
        var offset = 0
        for (layer, rank) in zip(sensitivities.indices, ranks) where adjusted[layer] {
            let own = sensitivities[layer]
            for sample in 0..<samples {
                let row = sample * own.componentCount
                for component in 0..<rank {
                    let f = Double(own.fisher[row + component])
                    elements[sample * gates.count + offset + component] = f
                    gradient[offset + component] += (followsGradient ? Double(own.first[row + component]) : 0) + f * removed[sample]
                    squares[offset + component] += f * f
                }
            }
            for (component, prior) in own.prior.prefix(rank).enumerated() {
                let square = squares[offset + component]
                squares[offset + component] = (1 - own.priorShare) * square + own.priorShare * prior * Double(samples)
            }
            offset += rank
        }
        let count = Double(max(samples, 1))
        let mean = squares.reduce(0, +) / count / Double(max(gates.count, 1))
        self.gates = gates
        self.sensitivities = sensitivities
        self.followsGradient = followsGradient
        self.removed = removed
        self.ranks = ranks
        let jacobian = try Matrix(rows: samples, columns: gates.count, elements: elements)
        let penalty = squares.map { $0 / count + 1e-3 * mean }
        if gates.count <= samples {
            gram = try jacobian.multiplied(by: jacobian, transposingSelf: true).scaled(by: 1 / count)
        } else {
            let scaled = try jacobian.scalingColumns(by: penalty.map { $0 > 0 ? 1 / $0 : 0 })
            gram = try scaled.multiplied(by: jacobian, transposingOther: true).scaled(by: 1 / count)
        }
        self.jacobian = jacobian
        self.penalty = penalty
        self.gradient = gradient.map { $0 / count }
    }

    /// The factor 1 + e of every kept component, by layer; ones for layers that are not adjusted.
    ///
    /// - Parameter damping: of the step; infinite damping leaves everything as it is.
    package func scales(damping: Double) throws(LinearAlgebraError) -> [[Double]] {
        var result = ranks.map { [Double](repeating: 1, count: $0) }
        for (gate, change) in zip(gates, try step(damping: damping)) { result[gate.layer][gate.component] += change }
        return result
    }

    /// The change e of every gate; zeros where the data say nothing of one.
    func step(damping: Double) throws(LinearAlgebraError) -> [Double] {
        guard !gates.isEmpty, penalty.allSatisfy({ $0 > 0 }) else { return gates.map { _ in 0 } }
        let samples = Double(jacobian.rows)
        // Solved in the smaller of the two spaces; the sample space by Woodbury's identity.
        if gates.count <= jacobian.rows {
            return try gram.adding(Matrix(diagonal: penalty), times: damping).solvePositiveDefinite(gradient).map { -$0 }
        }
        let inverse = penalty.map { 1 / (damping * $0) }
        let system = try gram.scaled(by: 1 / damping).adding(Matrix.identity(jacobian.rows))
        let direct = zip(inverse, gradient).map { $0 * $1 }
        let inner = try system.solvePositiveDefinite(jacobian.multiplied(by: direct))
        let correction = zip(inverse, try jacobian.transposedMultiplied(by: inner)).map { $0 * $1 }
        return zip(direct, correction).map { $1 / samples - $0 }
    }

    /// c_ij, samples x gates.
    var gradients: Matrix {
        get throws(LinearAlgebraError) {
            var elements = [Double](repeating: 0, count: jacobian.rows * gates.count)
            for (column, gate) in gates.enumerated() where followsGradient {
                let layer = sensitivities[gate.layer]
                for sample in 0..<jacobian.rows {
                    elements[sample * gates.count + column] = Double(layer.first[sample * layer.componentCount + gate.component])
                }
            }
            return try Matrix(rows: jacobian.rows, columns: gates.count, elements: elements)
        }
    }

    /// What steps do to samples that they were not fitted to; nil where there is nothing to scale.
    package func leaveOneOut() throws(LinearAlgebraError) -> LeaveOneOut? { try LeaveOneOut(self) }
}
