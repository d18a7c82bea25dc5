package import LowRank

/// What takes the place of a layer's weight.
package struct LayerFactors: Sendable {
    package let scheme: FactorizationScheme
    package let form: StorageForm
    /// One per group: second * first is the group's matrix by the scheme. All groups share one rank.
    package let pairs: [FactorPair]

    package init(scheme: FactorizationScheme = .channels, form: StorageForm = .factors, pairs: [FactorPair]) {
        self.scheme = scheme
        self.form = form
        self.pairs = pairs
    }
}
