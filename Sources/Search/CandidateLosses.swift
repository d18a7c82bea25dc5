/// What a candidate's select samples say, one number a sample; all finite.
package struct CandidateLosses: Sendable, Hashable {
    /// What the search goes by: how far the candidate's answers are from the original's, or the loss itself.
    package let objective: [Double]
    /// The loss by the samples' labels.
    package let losses: [Double]
    /// The loss at the one temperature that suits the candidate best; equal to `losses` where there is no such thing.
    package let calibrated: [Double]
    /// The share of each sample's answers that are right; empty where there is no such thing.
    package let hits: [Double]

    package init(objective: [Double], losses: [Double], calibrated: [Double], hits: [Double]) {
        self.objective = objective
        self.losses = losses
        self.calibrated = calibrated
        self.hits = hits
    }

    /// Where the search goes by the loss itself.
    package init(_ losses: [Double]) {
        self.init(objective: losses, losses: losses, calibrated: losses, hits: [])
    }
}
