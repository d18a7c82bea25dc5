/// How the right answers changed on select samples, and what that lets expect of a certify set.
package struct AnswerChange: Sendable, Hashable {
    package let sampleCount: Int
    /// Samples with fewer right answers than before.
    package let broken: Int
    /// Samples with more of them.
    package let mended: Int
    /// Mean over the samples of the share of right answers, before less after.
    package let fall: Double
    /// Of the fall.
    package let standardError: Double
    /// Of a sample's share that changed; 0 where none did.
    private let smallestChange: Double
    /// Whether each sample has one answer.
    private let areSingle: Bool
    /// Of a sample's fall.
    private let deviation: Double

    /// - Parameters:
    ///   - before: the original's share of right answers, sample by sample.
    ///   - after: the changed model's.
    /// - Returns: nil for fewer than two samples, and for unequal counts.
    package init?(before: [Double], after: [Double]) {
        guard before.count == after.count, before.count >= 2 else { return nil }
        let count = Double(before.count)
        let falls = zip(before, after).map { $0 - $1 }
        let mean = falls.reduce(0, +) / count
        sampleCount = before.count
        broken = falls.count { $0 > 0 }
        mended = falls.count { $0 < 0 }
        smallestChange = falls.filter { $0 != 0 }.map(abs).min() ?? 0
        fall = mean
        areSingle = (before + after).allSatisfy { $0 == 0 || $0 == 1 }
        let squares = falls.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        deviation = (squares / (count - 1)).squareRoot()
        // As if one more sample had changed, by as much as the others did, or wholly: of few changes the spread says little.
        let size = broken + mended > 0 ? falls.reduce(0) { $0 + $1 * $1 } / Double(broken + mended) : 1
        standardError = ((squares + size) / count / count).squareRoot()
    }

    /// The upper bound of the fall at 95 %, by these samples themselves. A sample is taken to have as many answers as make its smallest change one of
    /// them; where nothing has changed, one.
    package var upperBound95: Double {
        upperBound95(samples: sampleCount, answersPerSample: smallestChange > 0 ? 1 / smallestChange : 1)
    }

    /// The upper bound of the fall that a certify set would show at 95 %, if its answers change as often as these.
    ///
    /// - Parameters:
    ///   - samples: of the certify set.
    ///   - answersPerSample: of the mean sample.
    package func upperBound95(samples: Int, answersPerSample: Double = 1) -> Double {
        let scale = Double(samples) / Double(sampleCount)
        let exact = ExactFall.upperBound95(
            broken: Int((Double(broken) * scale).rounded(.up)), mended: Int(Double(mended) * scale), samples: samples)
        guard !areSingle else { return exact }
        let quantile = StudentDistribution.quantile98(degreesOfFreedom: samples - 1)
        return max(fall + quantile * deviation / Double(max(samples, 1)).squareRoot(), exact / max(answersPerSample, 1))
    }
}
