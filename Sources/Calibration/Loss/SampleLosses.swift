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
    /// How each sample's loss goes with a temperature; empty where that was not asked for, or the output is no choice among classes.
    package var curves = TemperatureCurves()

    package init(
        losses: [Double] = [], predictions: [Double] = [], targets: [Double] = [], counts: [Int] = [],
        curves: TemperatureCurves = TemperatureCurves()
    ) {
        self.losses = losses
        self.predictions = predictions
        self.targets = targets
        self.counts = counts
        self.curves = curves
    }

    package mutating func append(_ other: SampleLosses) {
        losses += other.losses
        predictions += other.predictions
        targets += other.targets
        counts += other.counts
        curves.append(other.curves)
    }

    /// The first `count` samples.
    package func prefix(_ count: Int) -> SampleLosses {
        let positions = counts.prefix(count).reduce(0, +)
        return SampleLosses(
            losses: Array(losses.prefix(count)), predictions: Array(predictions.prefix(positions)),
            targets: Array(targets.prefix(positions)), counts: Array(counts.prefix(count)), curves: curves.prefix(count))
    }

    package var meanLoss: Double { losses.isEmpty ? 0 : losses.reduce(0, +) / Double(losses.count) }

    /// At how many of its positions or entries each sample is right.
    package var rightAnswers: [Int] {
        var start = 0
        return counts.map { count in
            let positions = start..<(start + count)
            start += count
            return positions.count { predictions[$0] == targets[$0] }
        }
    }

    /// The share of its positions or entries at which each sample is right.
    package var sharesOfRightAnswers: [Double] { zip(rightAnswers, counts).map { Double($0) / Double(max($1, 1)) } }

    /// The share of positions or entries at which another model, on the same samples, says something else; nil where there are none.
    package func disagreement(with other: SampleLosses) -> Double? {
        guard !predictions.isEmpty, predictions.count == other.predictions.count else { return nil }
        return Double(zip(predictions, other.predictions).count { $0 != $1 }) / Double(predictions.count)
    }
}
