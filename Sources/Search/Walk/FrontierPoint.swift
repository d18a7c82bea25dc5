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

    package private(set) var layers: [FactoredLayer]
    /// Select loss against the original's.
    package let comparison: PairedComparison
    /// Of the search that found it.
    package let target: SearchTarget
    /// What a search with this target goes by, against the original's, on the select samples.
    package let objective: PairedComparison
    /// The select loss at each model's best temperature; nil where there is no such thing.
    package let calibrated: PairedComparison?
    /// nil where answers are not right or wrong.
    package let answers: AnswerChange?
    /// nil where the method predicts nothing.
    package var step: Step?
    /// The decisions that led here from the original; nil where they cannot be made again.
    package let path: [SearchStep]?
    /// Whether the layers were learned again from the select samples as well: what these say is of the point as it was before.
    package private(set) var isRelearned = false

    package init(
        layers: [FactoredLayer], _ losses: CandidateLosses, original: CandidateLosses, target: SearchTarget = .labels, step: Step? = nil,
        path: [SearchStep]? = nil
    ) throws {
        self.layers = layers
        self.target = target
        comparison = try PairedComparison(before: original.losses, after: losses.losses)
        objective = try PairedComparison(before: original.objective(target), after: losses.objective(target))
        calibrated =
            losses.calibrated == losses.losses && original.calibrated == original.losses
            ? nil : try PairedComparison(before: original.calibrated, after: losses.calibrated)
        answers = AnswerChange(before: original.hits, after: losses.hits)
        self.step = step
        self.path = path
    }

    /// The point with layers that were learned from the select samples as well.
    func relearned(_ layers: [FactoredLayer]) -> FrontierPoint {
        var point = self
        point.layers = layers
        point.isRelearned = true
        return point
    }

    /// The model whose layers are all as they were: smaller only by weights that the file holds twice, and the same to the last bit.
    ///
    /// - Parameter original: what the original's select samples say.
    package static func unchanged(_ layers: [FactoredLayer], _ original: CandidateLosses) throws -> FrontierPoint {
        try FrontierPoint(layers: layers, original, original: original)
    }

    /// What the layers cost.
    package var cost: Double { layers.cost }

    /// The change of the loss that softer or sharper logits count for nothing in, where that can be told.
    package var strict: PairedComparison { calibrated ?? comparison }

    /// The difference, a standard error worse than measured: the choice among many candidates favours lucky ones.
    package var pessimisticDifference: Double { objective.difference + objective.standardError }
}
