/// The paired change of the share of right answers, or of another metric, of a changed model against the original on the same samples.
package struct AccuracyComparison: Sendable, Hashable {
    /// The original's share.
    package let before: Double
    /// The changed model's.
    package let after: Double
    /// After minus before.
    package let difference: Double
    /// Of the difference, from its samples one by one.
    package let standardError: Double
    /// By how much the share has fallen at most, at one-sided 95 % confidence; below 0 where it has risen by so much at least.
    ///
    /// Of samples with one answer each: ``ExactFall/upperBound95(broken:mended:samples:)``. Of samples with several, which are not
    /// independent of each other: as of losses, the mean over the samples plus Student's quantile at 98 % times its standard error
    /// (``PairedComparison/upperBound95``), and no less than the exact bound would be if each sample that changed had changed by one answer:
    /// where few have, their spread says little.
    package let fallUpperBound95: Double
    /// What that would be if no answer had changed: no fewer samples can show less.
    package let fallUpperBoundOfNoChange: Double

    /// - Parameters:
    ///   - before: right answers of the original, sample by sample.
    ///   - after: those of the changed model.
    ///   - positions: answers of each sample.
    /// - Throws: ``CertificateError`` for fewer than two samples, and for unequal counts.
    package init(before: [Int], after: [Int], positions: [Int]) throws(CertificateError) {
        guard before.count == after.count else { throw .unequalCounts(before.count, after.count) }
        guard before.count == positions.count else { throw .unequalCounts(before.count, positions.count) }
        guard before.count >= 2 else { throw .tooFewSamples(before.count) }
        let answers = Double(max(positions.reduce(0, +), 1))
        // Positions of a mean sample: each answer counts the same, however long its sample is.
        let scale = Double(positions.count) / answers
        let falls = try PairedComparison(before: after.map { scale * Double($0) }, after: before.map { scale * Double($0) })
        self.before = Double(before.reduce(0, +)) / answers
        self.after = Double(after.reduce(0, +)) / answers
        difference = Double(after.reduce(0, +) - before.reduce(0, +)) / answers
        standardError = falls.standardError
        let broken = zip(before, after).count { $0 > $1 }
        let mended = zip(before, after).count { $0 < $1 }
        fallUpperBoundOfNoChange = ExactFall.smallest(samples: positions.count, answersPerSample: 1 / scale)
        if positions.allSatisfy({ $0 <= 1 }) {
            fallUpperBound95 = ExactFall.upperBound95(broken: broken, mended: mended, samples: positions.reduce(0, +))
        } else {
            let floor = scale * ExactFall.upperBound95(broken: broken, mended: mended, samples: positions.count)
            fallUpperBound95 = max(falls.upperBound95, floor)
        }
    }

    /// Of a metric that is the mean of one number a sample, such as the pseudo-values of F1 or of a correlation.
    ///
    /// - Parameters:
    ///   - before: the original's, sample by sample.
    ///   - after: those of the changed model.
    ///   - answers: of all samples, where their numbers only change with an answer: of few changes the spread says little, and the bound is no less
    ///     than the exact one of so many changes, each of the mean one's size. nil where the numbers change without.
    /// - Throws: ``CertificateError`` as ``PairedComparison``.
    package init(before: [Double], after: [Double], answers: Int? = nil) throws(CertificateError) {
        let falls = try PairedComparison(before: after, after: before)
        self.before = falls.after
        self.after = falls.before
        difference = -falls.difference
        standardError = falls.standardError
        guard let answers else {
            fallUpperBound95 = falls.upperBound95
            fallUpperBoundOfNoChange = 0
            return
        }
        let changes = zip(before, after).map { $0 - $1 }.filter { $0 != 0 }
        let answer = Double(before.count) / Double(max(answers, 1))
        let size = changes.isEmpty ? answer : changes.reduce(0) { $0 + abs($1) } / Double(changes.count)
        let broken = changes.count { $0 > 0 }
        let floor = size * ExactFall.upperBound95(broken: broken, mended: changes.count - broken, samples: before.count)
        fallUpperBound95 = max(falls.upperBound95, floor)
        fallUpperBoundOfNoChange = ExactFall.smallest(samples: before.count, answersPerSample: 1 / answer)
    }
}
