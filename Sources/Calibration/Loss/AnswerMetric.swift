/// What a model's answers are judged by, beside its loss.
package enum AnswerMetric: Sendable, Hashable {
    /// The share of right answers.
    case accuracy
    /// The mean of the classes' F1, over the classes that occur.
    case macroF1
    /// F1 of a yes (1), of all entries together.
    case microF1
    /// Pearson's, the mean over the outputs.
    case correlation

    /// As people call it.
    ///
    /// - Parameters:
    ///   - loss: by which the answers are judged as well.
    ///   - isSingle: whether each sample has one answer.
    package func name(for loss: Loss.Kind, isSingle: Bool) -> String {
        switch (self, loss) {
        case (.accuracy, .divergence): "top-1 agreement"
        case (.accuracy, .binaryCrossEntropy): "label accuracy"
        case (.accuracy, _): isSingle ? "top-1" : "token accuracy"
        case (.macroF1, _): "macro F1"
        case (.microF1, _): "micro F1"
        case (.correlation, _): "Pearson correlation"
        }
    }
}

extension Loss.Kind {
    /// nil where answers can only be judged by the loss.
    package var usualMetric: AnswerMetric? { hasRightAnswers ? .accuracy : self == .squaredError ? .correlation : nil }
}

extension SampleLosses {
    /// As people call a metric of these samples.
    package func name(of metric: AnswerMetric, for loss: Loss.Kind) -> String {
        metric.name(for: loss, isSingle: counts.allSatisfy { $0 == 1 })
    }

    /// One number a sample whose mean is a metric, and whose spread is the metric's; empty where there is nothing to compare with.
    ///
    /// - Parameter original: another model, on the same samples, that this one is compared with. Where the metric goes by right answers, samples
    ///   whose answers are the same in both have the same number.
    package func values(of metric: AnswerMetric, against original: SampleLosses) -> [Double] {
        guard !targets.isEmpty else { return [] }
        return switch metric {
        case .accuracy: sharesOfRightAnswers
        case .macroF1: F1Values(of: self, against: original).samples
        case .microF1: F1Values(of: self, against: original, classes: [1]).samples
        case .correlation: correlationValues
        }
    }
}
