package import LowRank

/// Where a piece of a search has led.
package struct SearchOutcome: Sendable {
    package let point: FrontierPoint
    /// On the select samples.
    package let losses: CandidateLosses
    /// How far the next stage may go.
    package let region: TrustRegion

    package init(point: FrontierPoint, losses: CandidateLosses, region: TrustRegion) {
        self.point = point
        self.losses = losses
        self.region = region
    }
}
