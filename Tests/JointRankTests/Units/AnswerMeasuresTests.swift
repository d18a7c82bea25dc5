import Calibration
import Reporting
import Testing

@testable import JointRank

@Suite("What is measured beside the loss")
struct AnswerMeasuresTests {
    private func note(_ temperatures: (Double, Double), plain: Double, calibrated: Double) -> String? {
        CompressionReport.CalibratedLoss(
            before: 1, after: 1 + calibrated, difference: calibrated, standardError: 0.01, upperBound95: calibrated + 0.02,
            temperatures: .init(before: temperatures.0, after: temperatures.1)
        ).note(besides: plain)
    }

    @Test("A loss that fell for the scale of the logits alone is told, and no other")
    func notes() {
        #expect(
            note((1.953, 1.524), plain: -0.02, calibrated: 0.01) == "softer logits, not better ones: temperature 1.95 before, 1.52 after")
        #expect(note((0.7, 0.8), plain: -0.02, calibrated: 0) == "sharper logits, not better ones: temperature 0.70 before, 0.80 after")
        // Rounding is no fall.
        #expect(note((2, 1), plain: -0.1, calibrated: -1e-8) != nil)
        #expect(note((2, 1), plain: -0.1, calibrated: -0.05) == nil)
        #expect(note((2, 1), plain: 0.1, calibrated: 0.2) == nil)
        #expect(note((1.5, 1.5), plain: -0.001, calibrated: 0.001) == nil)
    }

    @Test("Of values it is the correlation, and nothing is right or wrong; of several labels each is")
    func kinds() throws {
        let (before, after) = (
            SampleLosses(losses: [0, 0], predictions: [1, 0, 1, 1], targets: [1, 0, 0, 1], counts: [2, 2]),
            SampleLosses(losses: [0, 0], predictions: [1, 1, 0, 1], targets: [1, 0, 0, 1], counts: [2, 2])
        )
        func single(_ losses: SampleLosses) -> SampleLosses {
            SampleLosses(
                losses: [0, 0, 0, 0], predictions: losses.predictions, targets: losses.targets, counts: [1, 1, 1, 1])
        }
        let values = try AnswerMeasures(before: single(before), after: single(after), by: DataOptions(loss: .squaredError))
        #expect(values.calibrated == nil && values.disagreement == nil)
        let correlation = try #require(values.accuracy)
        #expect(correlation.name == "Pearson correlation")
        #expect(abs(correlation.before - (1 / 3.0).squareRoot()) < 1e-12 && abs(correlation.difference) < 1e-12)
        #expect(correlation.fallUpperBound95 > correlation.standardError && correlation.standardError > 0)
        let labels = try AnswerMeasures(before: before, after: after, by: DataOptions(loss: .multiLabel))
        #expect(labels.accuracy?.name == "label accuracy" && labels.accuracy?.difference == 0 && labels.disagreement == 0.5)
        #expect(labels.calibrated == nil)
    }
}
