/// The order in which a layer gives up its components: the last goes first.
package enum ComponentOrder: String, Sendable, Hashable, CaseIterable {
    /// By singular value: truncated SVD.
    case singularValue
    /// By the curvature 1/2 mean f_j² that removing the component alone costs.
    case fisher

    /// The components' indices, those kept longest first.
    package func indices(_ sensitivities: ComponentSensitivities) -> [Int] {
        let components = 0..<sensitivities.componentCount
        switch self {
        case .singularValue: return Array(components)
        case .fisher:
            let curvature = sensitivities.meanFisherSquares
            // Ties keep the order of singular values.
            return components.sorted { (curvature[$0], -$0) > (curvature[$1], -$1) }
        }
    }
}

extension ComponentSensitivities {
    /// mean_i f_ij² for every component j.
    var meanFisherSquares: [Double] {
        var sums = [Double](repeating: 0, count: componentCount)
        for (index, value) in fisher.enumerated() { sums[index % componentCount] += Double(value) * Double(value) }
        let means = sums.map { $0 / Double(max(sampleCount, 1)) }
        return prior.isEmpty ? means : zip(means, prior).map { (1 - priorShare) * $0 + priorShare * $1 }
    }

    /// The same samples with the components in another order, or some of them.
    package func reordered(_ order: [Int]) -> ComponentSensitivities {
        var copy = self
        copy.permute(order)
        return copy
    }
}
