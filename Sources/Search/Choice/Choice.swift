package import LowRank

/// What was chosen, and from what.
package struct Choice: Sendable {
    package enum Result: Sendable {
        case point(FrontierPoint)
        case nothing(Refusal)
    }

    /// Why there is nothing to choose.
    package enum Refusal: Sendable, Hashable {
        /// No layer of the model can be factored.
        case noLayers
        /// What was asked for cannot be reached: this is the smallest share that can.
        case unreachable(Targets.Share)
        /// No smaller model has an acceptable loss on the select samples.
        case unacceptable
        /// Every smaller model with an acceptable loss is slower than the original.
        case slower
        /// The smallest acceptable model keeps this share, more than was asked for.
        case tooLarge(Targets.Share)
    }

    /// A point that was passed on the way, without its layers.
    package struct WalkedPoint: Sendable, Hashable {
        /// Of the whole model.
        package let parameters: Int
        /// On the select samples.
        package let comparison: PairedComparison
        /// Likewise, of the loss at each model's best temperature; nil where there is no such thing.
        package let calibrated: PairedComparison?
        /// Likewise; nil where answers are not right or wrong.
        package let answers: AnswerChange?
        /// nil where the method predicts nothing.
        package let step: FrontierPoint.Step?
        /// Whether it keeps the targets that are counted; nil where there are none.
        package let isSmallEnough: Bool?
    }

    package let result: Result
    package let walk: [WalkedPoint]
    /// The position in `walk` of the point that was chosen; nil where none was.
    package let chosen: Int?

    /// - Parameter isSmallEnough: whether a point keeps the targets that are counted; nil where there are none.
    init(
        _ result: Result, among points: [FrontierPoint], costs: ModelCosts, isSmallEnough: ((FrontierPoint) -> Bool)? = nil
    ) {
        self.result = result
        walk = points.map {
            WalkedPoint(
                parameters: costs.parameters(of: $0.layers), comparison: $0.comparison, calibrated: $0.calibrated, answers: $0.answers,
                step: $0.step, isSmallEnough: isSmallEnough?($0))
        }
        if case .point(let point) = result {
            chosen = points.lastIndex { $0.layers.ranks == point.layers.ranks }
        } else {
            chosen = nil
        }
    }

    /// The chosen point; nil where there is none.
    package var point: FrontierPoint? {
        if case .point(let point) = result { point } else { nil }
    }
}
