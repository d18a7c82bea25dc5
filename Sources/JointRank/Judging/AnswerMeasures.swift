internal import Calibration
internal import Foundation
internal import LowRank
internal import Reporting

/// What is measured of a model's answers beside its loss, against the original's on the same samples.
struct AnswerMeasures: Sendable {
    /// Nil where answers are not right or wrong.
    let accuracy: CompressionReport.Accuracy?
    /// Nil where the model does not choose among classes.
    let calibrated: CompressionReport.CalibratedLoss?
    /// The share of answers that are not the original's; nil where answers are not right or wrong.
    let disagreement: Double?

    /// - Parameters:
    ///   - before: the original's.
    ///   - after: the changed model's.
    ///   - loss: of both.
    /// - Throws: `CertificateError`.
    init(before: SampleLosses, after: SampleLosses, of loss: Loss.Kind) throws {
        calibrated = try CompressionReport.CalibratedLoss(before.curves, after.curves)
        guard loss.hasRightAnswers, !before.targets.isEmpty, let metric = before.metrics(of: loss).first else {
            (accuracy, disagreement) = (nil, nil)
            return
        }
        let comparison = try AccuracyComparison(before: before.rightAnswers, after: after.rightAnswers, positions: before.counts)
        accuracy = .init(
            name: metric.name, before: comparison.before, after: comparison.after, difference: comparison.difference,
            standardError: comparison.standardError, fallUpperBound95: comparison.fallUpperBound95)
        disagreement = after.disagreement(with: before)
    }
}

extension CompressionReport.CalibratedLoss {
    /// Nil where there are no curves.
    fileprivate init?(_ before: TemperatureCurves, _ after: TemperatureCurves) throws {
        guard !before.isEmpty, !after.isEmpty else { return nil }
        let comparison = try PairedComparison(before: before.calibratedLosses, after: after.calibratedLosses)
        self.init(
            before: comparison.before, after: comparison.after, difference: comparison.difference,
            standardError: comparison.standardError, upperBound95: comparison.upperBound95,
            temperatures: .init(before: before.bestTemperature(), after: after.bestTemperature()))
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
