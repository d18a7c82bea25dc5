internal import Calibration

/// What ``CompressionOptions/maximumDrop`` is a drop of.
public enum DropMetric: String, Sendable, Hashable, CaseIterable, Codable {
    /// The share of right answers.
    case accuracy
    /// F1: of classes, the mean over those that occur; of yes and no, that of yes.
    case f1
    /// Pearson's correlation, the mean over the outputs.
    case correlation
    /// A share of it, by which it may rise.
    case perplexity
}

extension LossOption {
    /// The metrics by labels that may drop, the usual one first.
    var dropMetrics: [DropMetric] {
        switch self {
        case .crossEntropy: [.accuracy, .f1, .perplexity]
        case .multiLabel: [.accuracy, .f1]
        case .squaredError: [.correlation]
        case .divergence, .output: []
        }
    }
}

extension DataOptions {
    /// What answers are judged by beside the loss; nil where there is nothing.
    var answerMetric: AnswerMetric? {
        switch dropMetric {
        case .f1: loss == .multiLabel ? .microF1 : .macroF1
        case .accuracy, .correlation, .perplexity, nil: lossKind.usualMetric
        }
    }

    /// - Throws: ``JointRankError`` where the loss goes with another metric, or with none.
    func checkDropMetric() throws(JointRankError) {
        guard let dropMetric, !loss.dropMetrics.contains(dropMetric) else { return }
        let choices = loss.dropMetrics.map(\.rawValue).joined(separator: ", ")
        throw JointRankError(
            .usage,
            "--drop-metric \(dropMetric.rawValue): --loss \(loss.description) goes with "
                + (choices.isEmpty ? "none; give a --tolerance, a rise of the mean loss" : choices))
    }
}
