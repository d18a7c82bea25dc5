/// What a candidate's select samples say, one number a sample; all finite.
package struct CandidateLosses: Sendable, Hashable {
    /// How far the candidate's answers are from the original's; empty where no search asks for that.
    package let divergence: [Double]
    /// The loss by the samples' labels.
    package let losses: [Double]
    /// The loss at the one temperature that suits the candidate best; equal to `losses` where there is no such thing.
    package let calibrated: [Double]
    /// The share of each sample's answers that are right, or other values whose mean is the model's metric; empty where there is no such thing.
    package let hits: [Double]

    /// - Parameter calibrated: nil for the losses as they are.
    package init(_ losses: [Double], divergence: [Double] = [], calibrated: [Double]? = nil, hits: [Double] = []) {
        self.divergence = divergence
        self.losses = losses
        self.calibrated = calibrated ?? losses
        self.hits = hits
    }

    /// What a search with a target goes by. Not the plain loss, which softer or sharper answers alone can lower.
    package func objective(_ target: SearchTarget) -> [Double] {
        switch target {
        case .originalAnswers: divergence
        case .labels: calibrated
        }
    }

    /// Where a search begins.
    package var target: SearchTarget { divergence.isEmpty ? .labels : .originalAnswers }
}
