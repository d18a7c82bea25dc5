extension SampleLosses {
    /// One number a sample whose mean is the metric that a `--max-drop` bounds, and whose spread is the metric's: the share of right answers, or the
    /// pseudo-values of Pearson's correlation; empty where the loss has no such metric.
    package func metricValues(of loss: Loss.Kind) -> [Double] {
        guard !targets.isEmpty else { return [] }
        if loss.hasRightAnswers { return sharesOfRightAnswers }
        return loss == .squaredError ? correlationValues : []
    }

    /// The pseudo-values of Pearson's correlation r of predictions and targets, sample by sample: r plus its influence function, which for values
    /// standardized to x and y is x y - r (x² + y²) / 2 (Devlin, Gnanadesikan and Kettenring, "Robust Estimation and Outlier Detection with
    /// Correlation Coefficients", 1975, Biometrika 62:531). Their mean is r; zeros where predictions do not vary, none where targets do not.
    private var correlationValues: [Double] {
        guard let y = standardized(targets) else { return [] }
        guard let x = standardized(predictions) else { return [Double](repeating: 0, count: counts.count) }
        let correlation = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } / Double(x.count)
        // Each entry counts the same, however many a sample has.
        let scale = Double(counts.count) / Double(x.count)
        var start = 0
        return counts.map { count in
            let entries = start..<(start + count)
            start += count
            return correlation + scale * entries.reduce(0) { $0 + x[$1] * y[$1] - correlation * (x[$1] * x[$1] + y[$1] * y[$1]) / 2 }
        }
    }
}

/// Values of mean 0 and variance 1; nil where they do not vary, or are not numbers.
private func standardized(_ values: [Double]) -> [Double]? {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    guard deviation > 0, deviation.isFinite else { return nil }
    return values.map { ($0 - mean) / deviation }
}
