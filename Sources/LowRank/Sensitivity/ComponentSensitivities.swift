/// Per-sample derivatives of the loss with respect to a gate on every singular component of one layer.
///
/// With W = sum_j z_j s_j u_j v_jᵀ and all gates z_j at 1, `first` holds c_ij = d l_i / d z_ij for the true labels and
/// `fisher` holds f_ij, the same derivative for an output direction drawn from the model's own predictive distribution, so
/// that the mean of (sum_j f_ij)² estimates the Gauss-Newton curvature. The components of a grouped layer that share a rank
/// are added up: component j stands for the j-th of every group.
package struct ComponentSensitivities: Sendable {
    package private(set) var componentCount: Int
    /// samples x components, row-major.
    package private(set) var first: [Float] = []
    /// samples x components, row-major.
    package private(set) var fisher: [Float] = []
    /// By component, what the mean square of `fisher` is shrunk towards; empty for nothing.
    package private(set) var prior: [Double] = []
    /// How far.
    package private(set) var priorShare = 0.0

    package init(componentCount: Int) {
        self.componentCount = componentCount
    }

    package var sampleCount: Int { componentCount == 0 ? 0 : first.count / componentCount }

    /// Appends samples.
    ///
    /// - Parameters:
    ///   - first: samples x (groups * components), group-major along the second axis.
    ///   - fisher: the same shape.
    package mutating func append(first: [Float], fisher: [Float], groups: Int) {
        self.first += ComponentSensitivities.sumOverGroups(first, groups: groups, components: componentCount)
        self.fisher += ComponentSensitivities.sumOverGroups(fisher, groups: groups, components: componentCount)
    }

    /// Appends the samples of another collection for the same layer.
    package mutating func append(_ other: ComponentSensitivities) {
        first += other.first
        fisher += other.fisher
    }

    /// Multiplies the derivatives in the output directions.
    package mutating func scaleFisher(by scale: Float) {
        guard scale != 1 else { return }
        fisher = fisher.map { $0 * scale }
    }

    /// Adds the derivatives of a further use of the same weight, sample by sample.
    package mutating func merge(_ other: ComponentSensitivities) {
        for index in first.indices { first[index] += other.first[index] }
        for index in fisher.indices { fisher[index] += other.fisher[index] }
    }

    /// The same derivatives, with the curvature of few samples shrunk towards the proportions of the basis's own energies .
    ///
    /// - Parameter energies: squared singular values by component, of a basis whose metrics are those of the loss.
    package func shrunk(towards energies: [Double]) -> ComponentSensitivities {
        let total = energies.reduce(0, +)
        guard energies.count == componentCount, total > 0 else { return self }
        let fisher = meanFisherSquares.reduce(0, +)
        var copy = self
        copy.prior = energies.map { $0 / total * fisher }
        copy.priorShare = Double(componentCount) / Double(componentCount + max(sampleCount, 1))
        return copy
    }

    /// Some of the samples, in the order given.
    package func samples(_ indices: [Int]) -> ComponentSensitivities {
        var copy = ComponentSensitivities(componentCount: componentCount)
        for index in indices {
            let range = (index * componentCount)..<((index + 1) * componentCount)
            copy.first += first[range]
            copy.fisher += fisher[range]
        }
        return copy
    }

    /// Puts component `order[j]` in place j, in every sample; components that `order` does not name go.
    mutating func permute(_ order: [Int]) {
        func permuted(_ values: [Float]) -> [Float] {
            var result: [Float] = []
            result.reserveCapacity(sampleCount * order.count)
            for start in stride(from: 0, to: values.count, by: componentCount) {
                for component in order { result.append(values[start + component]) }
            }
            return result
        }
        if !prior.isEmpty { prior = order.map { prior[$0] } }
        first = permuted(first)
        fisher = permuted(fisher)
        componentCount = order.count
    }

    private static func sumOverGroups(_ values: [Float], groups: Int, components: Int) -> [Float] {
        guard groups > 1 else { return values }
        let samples = values.count / (groups * components)
        var summed = [Float](repeating: 0, count: samples * components)
        for sample in 0..<samples {
            for group in 0..<groups {
                let start = (sample * groups + group) * components
                for component in 0..<components { summed[sample * components + component] += values[start + component] }
            }
        }
        return summed
    }
}
