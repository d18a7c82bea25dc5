extension SampleLosses {
    /// The pseudo-values of Pearson's correlation r of predictions and targets, sample by sample: r plus its influence function, which for values
    /// standardized to x and y is x y - r (x² + y²) / 2 (Devlin, Gnanadesikan and Kettenring, "Robust Estimation and Outlier Detection with
    /// Correlation Coefficients", 1975, Biometrika 62:531). Of several outputs, the mean of each one's. Their mean is r; none where an output's
    /// targets do not vary.
    var correlationValues: [Double] {
        let outputs = 0..<outputCount
        var sums = [Double](repeating: 0, count: counts.count)
        for output in outputs {
            guard let y = standardized(values(targets, ofOutput: output)) else { return [] }
            // Of predictions that do not vary, it is 0.
            guard let x = standardized(values(predictions, ofOutput: output)) else { continue }
            let correlation = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } / Double(x.count)
            func value(_ entry: Int) -> Double { x[entry] * y[entry] - correlation * (x[entry] * x[entry] + y[entry] * y[entry]) / 2 }
            guard x.count != counts.count else {
                for sample in sums.indices { sums[sample] += correlation + value(sample) }
                continue
            }
            // Each entry counts the same, however many a sample has.
            let scale = Double(counts.count) / Double(x.count)
            var start = 0
            for (sample, count) in counts.enumerated() {
                sums[sample] += correlation + scale * (start..<(start + count)).reduce(0) { $0 + value($1) }
                start += count
            }
        }
        return sums.map { $0 / Double(outputs.count) }
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
