internal import Foundation

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
    package var curves: [[Float]] = []
    package static let temperatures = (0..<41).map { 0.35 * pow(4.0 / 0.35, Double($0) / 40) }

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
        curves += other.curves
    }

    /// The first `count` samples.
    package func prefix(_ count: Int) -> SampleLosses {
        let positions = counts.prefix(count).reduce(0, +)
        var own = SampleLosses(
            losses: Array(losses.prefix(count)), predictions: Array(predictions.prefix(positions)),
            targets: Array(targets.prefix(positions)), counts: Array(counts.prefix(count)))
        own.curves = Array(curves.prefix(count))
        return own
    }

    package var meanLoss: Double { losses.isEmpty ? 0 : losses.reduce(0, +) / Double(losses.count) }
}

extension SampleLosses {
    package var calibrated: [Double] {
        guard curves.count == losses.count, let width = curves.first?.count else { return losses }
        var sums = [Double](repeating: 0, count: width)
        for curve in curves { for index in 0..<width { sums[index] += Double(curve[index]) } }
        let best = sums.indices.min { sums[$0] < sums[$1] } ?? 0
        return curves.map { Double($0[best]) }
    }
    package var hits: [Double] {
        var position = 0
        return counts.map { count in
            var hits = 0.0
            for index in position..<position + count where predictions[index] == targets[index] { hits += 1 }
            position += count
            return hits / Double(max(count, 1))
        }
    }
}
