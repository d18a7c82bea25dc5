internal import Calibration
internal import Foundation
internal import LowRank
internal import Reporting

/// What is measured of a model's answers beside its loss, against the original's on the same samples.
struct AnswerMeasures: Sendable {
    /// Of the share of right answers, or of another metric; nil where the loss has none.
    let accuracy: CompressionReport.Accuracy?
    /// Nil where the model does not choose among classes.
    let calibrated: CompressionReport.CalibratedLoss?
    /// The share of answers that are not the original's; nil where answers are not right or wrong.
    let disagreement: Double?
    /// What ``accuracy`` rests on.
    let accuracyComparison: AccuracyComparison?
    /// What ``calibrated`` rests on.
    let calibratedComparison: PairedComparison?

    /// - Parameters:
    ///   - before: the original's.
    ///   - after: the changed model's.
    ///   - data: how both are judged.
    /// - Throws: `CertificateError`.
    init(before: SampleLosses, after: SampleLosses, by data: DataOptions) throws {
        let hasCurves = !before.curves.isEmpty && !after.curves.isEmpty
        calibratedComparison =
            hasCurves ? try PairedComparison(before: before.curves.calibratedLosses, after: after.curves.calibratedLosses) : nil
        calibrated = calibratedComparison.map {
            .init($0, temperatures: .init(before: before.curves.bestTemperature(), after: after.curves.bestTemperature()))
        }
        guard let metric = data.answerMetric, case let own = before.values(of: metric, against: before), !own.isEmpty else {
            (accuracy, disagreement, accuracyComparison) = (nil, nil, nil)
            return
        }
        let others = after.values(of: metric, against: before)
        let comparison =
            switch metric {
            case .accuracy: try AccuracyComparison(before: before.rightAnswers, after: after.rightAnswers, positions: before.counts)
            case .macroF1, .microF1: try AccuracyComparison(before: own, after: others, answers: before.counts.reduce(0, +))
            case .correlation: try AccuracyComparison(before: own, after: others)
            }
        accuracy = .init(
            name: before.name(of: metric, for: data.lossKind), before: comparison.before, after: comparison.after,
            difference: comparison.difference, standardError: comparison.standardError, fallUpperBound95: comparison.fallUpperBound95)
        accuracyComparison = comparison
        disagreement = data.lossKind.hasRightAnswers ? after.disagreement(with: before) : nil
    }
}

extension CompressionReport.CalibratedLoss {
    fileprivate init(_ comparison: PairedComparison, temperatures: CompressionReport.Change<Double>) {
        self.init(
            before: comparison.before, after: comparison.after, difference: comparison.difference,
            standardError: comparison.standardError, upperBound95: comparison.upperBound95, temperatures: temperatures)
    }

    /// A hundredth of a fall is taken for none: logits that are merely scaled leave rounding.
    private static let leastShare = 0.01

    /// What a loss that fell only because the logits have another scale is worth; nil for all others.
    ///
    /// - Parameter plainDifference: of the plain loss.
    func note(besides plainDifference: Double) -> String? {
        guard plainDifference < 0, difference >= Self.leastShare * plainDifference,
            abs(log(temperatures.after / temperatures.before)) > 0.01
        else { return nil }
        let kind = temperatures.after < temperatures.before ? "softer" : "sharper"
        return "\(kind) logits, not better ones: temperature \(NumberText.fixed(temperatures.before, 2)) before, "
            + "\(NumberText.fixed(temperatures.after, 2)) after"
    }
}
