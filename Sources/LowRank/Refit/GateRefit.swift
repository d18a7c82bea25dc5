package import LinearAlgebra

/// One damped Gauss-Newton step on the gates that survive a plan: how much to scale each kept component so that the network's loss falls
/// and the removed components are made up for. Closed form, no training.
///
/// With J the Fisher derivatives f_ij of the kept gates, t_i = -sum f_ij over the removed ones, and g_j = mean c_ij, the changes e of the
/// gates minimise g . e + 1/(2N) |J e + t|² + damping/2 sum_j d_j e_j², where d_j = mean f_ij² plus a thousandth of its mean.
package struct GateRefit: Sendable {
    /// Kept components of the adjusted layers: layer and component, in order.
    private let gates: [(layer: Int, component: Int)]
    private let ranks: [Int]
    private let adjusted: [Bool]
    /// samples x gates.
    private let jacobian: Matrix
    /// g + Jᵀ t / N.
    private let gradient: [Double]
    private let penalty: [Double]

    /// - Parameters:
    ///   - sensitivities: of each layer, in the order in which it gives up components.
    ///   - ranks: the components that each layer keeps.
    ///   - adjusted: which layers' kept components may be scaled.
    package init(_ sensitivities: [ComponentSensitivities], ranks: [Int], adjusted: [Bool]) throws(LinearAlgebraError) {
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
        var elements: [Double] = []
        elements.reserveCapacity(samples * gates.count)
        var gradient = [Double](repeating: 0, count: gates.count)
        var squares = gradient
        for sample in 0..<samples {
            for (index, gate) in gates.enumerated() {
                let layer = sensitivities[gate.layer]
                let position = sample * layer.componentCount + gate.component
                let f = Double(layer.fisher[position])
                elements.append(f)
                gradient[index] += Double(layer.first[position]) + f * removed[sample]
                squares[index] += f * f
            }
        }
        let count = Double(max(samples, 1))
        let mean = squares.reduce(0, +) / count / Double(max(gates.count, 1))
        self.gates = gates
        self.ranks = ranks
        self.adjusted = adjusted
        self.jacobian = try Matrix(rows: samples, columns: gates.count, elements: elements)
        self.gradient = gradient.map { $0 / count }
        penalty = squares.map { $0 / count + 1e-3 * mean }
    }

    /// The factor 1 + e of every kept component, by layer; ones for layers that are not adjusted.
    ///
    /// - Parameter damping: of the step; infinite damping leaves everything as it is.
    package func scales(damping: Double) throws(LinearAlgebraError) -> [[Double]] {
        var result = ranks.map { [Double](repeating: 1, count: $0) }
        guard !gates.isEmpty, penalty.allSatisfy({ $0 > 0 }) else { return result }
        let samples = Double(jacobian.rows)
        // Solved in the smaller of the two spaces; the sample space by Woodbury's identity.
        let step: [Double]
        if gates.count <= jacobian.rows {
            var system = try jacobian.multiplied(by: jacobian, transposingSelf: true).scaled(by: 1 / samples)
            system = try system.adding(Matrix(diagonal: penalty), times: damping)
            step = try system.solvePositiveDefinite(gradient)
        } else {
            let inverse = penalty.map { 1 / (damping * $0) }
            let scaled = try jacobian.scalingColumns(by: inverse)
            let gram = try scaled.multiplied(by: jacobian, transposingOther: true).scaled(by: 1 / samples)
            let system = try gram.adding(Matrix.identity(jacobian.rows))
            let direct = zip(inverse, gradient).map { $0 * $1 }
            let inner = try system.solvePositiveDefinite(jacobian.multiplied(by: direct))
            let correction = try scaled.transposed.multiplied(by: inner)
            step = zip(direct, correction).map { $0 - $1 / samples }
        }
        for (gate, change) in zip(gates, step) { result[gate.layer][gate.component] -= change }
        return result
    }
}
