package import LowRank

/// A smaller model that was measured on the select samples.
package struct FrontierPoint: Sendable {
    /// What the choice that led to a point was predicted to do, and did, to the model that it was predicted for.
    package struct Step: Sendable, Hashable, Codable {
        package let predicted: Double
        package let measured: Double
        package let standardError: Double

        package init(predicted: Double, _ change: PairedComparison) {
            self.predicted = predicted
            measured = change.difference
            standardError = change.standardError
        }
    }

    package let layers: [FactoredLayer]
    /// Select loss against the original's.
    package let comparison: PairedComparison
    /// Of the search that found it.
    package let target: SearchTarget
    /// What a search with this target goes by, against the original's, on the select samples.
    package let objective: PairedComparison
    /// nil where the method predicts nothing.
    package var step: Step?

    package init(
        layers: [FactoredLayer], _ losses: CandidateLosses, original: CandidateLosses, target: SearchTarget = .labels, step: Step? = nil
    ) throws {
        self.layers = layers
        self.target = target
        comparison = try PairedComparison(before: original.losses, after: losses.losses)
        objective = try PairedComparison(before: original.objective(target), after: losses.objective(target))
        self.step = step
    }

    /// The model whose layers are all as they were: smaller only by weights that the file holds twice, and the same to the last bit.
    ///
    /// - Parameter original: what the original's select samples say.
    package static func unchanged(_ layers: [FactoredLayer], _ original: CandidateLosses) throws -> FrontierPoint {
        try FrontierPoint(layers: layers, original, original: original)
    }

    /// What the layers cost.
    package var cost: Double { layers.cost }

    /// How far the point is from failing, in standard errors, if the certify samples say what the select samples say: it passes with a mean
    /// of at most 0, or an upper bound of at most the tolerance (see `Verdict`).
    package func margin(tolerance: Double) -> Double {
        let room = max(-comparison.difference, tolerance - comparison.upperBound95)
        return comparison.standardError > 0 ? room / comparison.standardError : room >= 0 ? .infinity : -.infinity
    }

    /// The difference, a standard error worse than measured: the choice among many candidates favours lucky ones.
    package var pessimisticDifference: Double { objective.difference + objective.standardError }
}
