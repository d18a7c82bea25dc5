internal import Foundation

extension SampleLosses {
    /// The mean loss of an answer that knows nothing of the samples: every class alike, a yes as likely as a no, the mean of the targets. Nil
    /// for a loss that the model computes, and for the divergence from another model, which may know nothing itself.
    ///
    /// - Parameter width: classes.
    package func lossOfBlindGuess(_ loss: Loss.Kind, width: Int) -> Double? {
        switch loss {
        case .crossEntropy: log(Double(width))
        case .binaryCrossEntropy: log(2)
        case .squaredError: variance(of: targets)
        case .divergence, .output: nil
        }
    }
}

private func variance(of values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
}
