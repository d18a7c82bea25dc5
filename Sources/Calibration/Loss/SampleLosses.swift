/// What came out for each sample.
package struct SampleLosses: Sendable, Hashable {
    /// The mean over the sample's positions or entries.
    package var losses: [Double] = []
    /// What the model says at each labelled position or entry, sample after sample: a class, a yes (1) or no (0), a value.
    package var predictions: [Double] = []
    /// What is right there.
    package var targets: [Double] = []
    /// Labelled positions or entries of each sample.
    package var counts: [Int] = []

    package init(losses: [Double] = [], predictions: [Double] = [], targets: [Double] = [], counts: [Int] = []) {
        self.losses = losses
        self.predictions = predictions
        self.targets = targets
        self.counts = counts
    }

    package mutating func append(_ other: SampleLosses) {
        losses += other.losses
        predictions += other.predictions
        targets += other.targets
        counts += other.counts
    }

    /// The first `count` samples.
    package func prefix(_ count: Int) -> SampleLosses {
        let positions = counts.prefix(count).reduce(0, +)
        return SampleLosses(
            losses: Array(losses.prefix(count)), predictions: Array(predictions.prefix(positions)),
            targets: Array(targets.prefix(positions)), counts: Array(counts.prefix(count)))
    }

    package var meanLoss: Double { losses.isEmpty ? 0 : losses.reduce(0, +) / Double(losses.count) }
}
