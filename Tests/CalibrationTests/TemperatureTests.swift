import Foundation
import Tensors
import Testing

@testable import Calibration

@Suite("Temperatures, and what is left of a loss at the best one")
struct TemperatureTests {
    /// Logits of a network that is right more often than not, and labels; the same on every machine.
    private struct Scores {
        let samples = 400
        let positions = 1
        let classes = 5
        var logits: [Double] = []
        var labels: [Int] = []

        init() {
            var state: UInt64 = 7
            func uniform() -> Double {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(state >> 11) / Double(1 << 53)
            }
            for _ in 0..<samples {
                let row = (0..<classes).map { _ in 3 * uniform() }
                logits += row
                labels.append(uniform() < 0.6 ? row.indices.max { row[$0] < row[$1] } ?? 0 : Int(uniform() * 5))
            }
        }

        func losses(scale: Double = 1, form: ScoreForm = .logits) throws -> SampleLosses {
            var values = logits.map { scale * $0 }
            if form == .probabilities {
                for start in stride(from: 0, to: values.count, by: classes) {
                    let row = values[start..<start + classes].map { exp($0) }
                    for index in 0..<classes { values[start + index] = row[index] / row.reduce(0, +) }
                }
            }
            return try Loss(form: form).evaluate(
                Tensor(shape: [samples, classes], values), .classes(labels, positions: 1), samples: samples, curves: true)
        }
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    @Test("At any temperature the loss is that of the divided logits")
    func curves() throws {
        let scores = Scores()
        let curves = try scores.losses().curves
        #expect(curves.count == scores.samples)
        for temperature in [0.125, 0.2, 0.51, 0.9, 1, 1.3, 2.9, 7.5, 8] {
            let expected = try scores.losses(scale: 1 / temperature).losses
            // Between knots the polynomials are near, at them exact but for rounding.
            for (value, expected) in zip(curves.losses(at: temperature), expected) {
                #expect(abs(value - expected) < 2e-6 * max(1, expected))
            }
        }
        // What is asked for outside is taken for the nearest that there is.
        #expect(curves.losses(at: 100) == curves.losses(at: 8))
    }

    @Test("The best temperature is the one with the lowest mean loss, and goes with the scale of the logits")
    func best() throws {
        let scores = Scores()
        let temperature = try scores.losses().curves.bestTemperature()
        let lowest = try mean(scores.losses(scale: 1 / temperature).losses)
        for other in [0.99, 1.01] { #expect(try mean(scores.losses(scale: 1 / (other * temperature)).losses) > lowest) }
        for scale in [0.4, 2.0, 3] {
            // The interpolated curve is flat to 1e-7 around its lowest point, which leaves about 1e-4 of its place open.
            #expect(try abs(scores.losses(scale: scale).curves.bestTemperature() / (scale * temperature) - 1) < 1e-3)
        }
        // Beyond the range it is the end of it.
        #expect(try abs(scores.losses(scale: 100).curves.bestTemperature() - 8) < 1e-6)
        #expect(try abs(scores.losses(scale: 0.001).curves.bestTemperature() - 0.125) < 1e-6)
    }

    @Test("Logits times two are a much higher loss, and the same one at the best temperature")
    func scaledLogits() throws {
        let scores = Scores()
        let (before, after) = (try scores.losses(), try scores.losses(scale: 2))
        #expect(after.meanLoss - before.meanLoss > 0.05)
        for (a, b) in zip(before.curves.calibratedLosses, after.curves.calibratedLosses) { #expect(abs(a - b) < 1e-4) }
        #expect(abs(mean(before.curves.calibratedLosses) - mean(after.curves.calibratedLosses)) < 1e-6)
        #expect(after.disagreement(with: before) == 0)
    }

    @Test("Each half of the samples is judged at the temperature of the other one")
    func halves() throws {
        let curves = try Scores().losses(scale: 2).curves
        let (even, odd) = (curves.bestTemperature { $0 % 2 == 0 }, curves.bestTemperature { $0 % 2 == 1 })
        #expect(even != odd)
        let (atEven, atOdd) = (curves.losses(at: even), curves.losses(at: odd))
        let expected: [Double] = atEven.indices.map { sample in sample % 2 == 0 ? atOdd[sample] : atEven[sample] }
        #expect(curves.calibratedLosses == expected)
    }

    @Test("Probabilities say what their logits would")
    func probabilities() throws {
        let scores = Scores()
        let (logits, probabilities) = (try scores.losses().curves, try scores.losses(form: .probabilities).curves)
        #expect(abs(logits.bestTemperature() - probabilities.bestTemperature()) < 1e-6)
        for (a, b) in zip(logits.losses(at: 1.7), probabilities.losses(at: 1.7)) { #expect(abs(a - b) < 1e-9) }
    }

    @Test("A sequence's curve is the mean over the positions that count, and batches are put together")
    func positions() throws {
        let logits = [1.0, 2, 3, 3, 2, 1, 0, 0, 0, 5, 0, 0]
        let targets = Targets.classes([2, 1, -100, 0], positions: 2)
        let both = try Loss().evaluate(Tensor(shape: [2, 2, 3], logits), targets, samples: 2, curves: true)
        let halved = try Loss().evaluate(Tensor(shape: [2, 2, 3], logits.map { $0 / 2 }), targets, samples: 2)
        for (value, expected) in zip(both.curves.losses(at: 2), halved.losses) { #expect(abs(value - expected) < 1e-12) }
        var joined = both.prefix(1)
        joined.append(both)
        #expect(joined.curves.losses(at: 1) == [0, 0, 1].map { both.curves.losses(at: 1)[$0] })
        #expect(try Loss().evaluate(Tensor(shape: [2, 2, 3], logits), targets, samples: 2).curves.isEmpty)
    }

    @Test("A divergence has temperatures too: a model's answers are best as they are")
    func divergence() throws {
        let scores = Scores()
        let tensor = try Tensor(shape: [scores.samples, scores.classes], scores.logits)
        let wanted = Targets.distributions(try Loss(.divergence).probabilities(tensor).flatMap { $0 }, positions: 1)
        let own = try Loss(.divergence).evaluate(tensor, wanted, samples: scores.samples, curves: true)
        #expect(abs(own.curves.bestTemperature() - 1) < 1e-3)
        #expect(abs(mean(own.curves.losses(at: 1))) < 1e-12)
        let doubled = try Tensor(shape: [scores.samples, scores.classes], scores.logits.map { 2 * $0 })
        let sharper = try Loss(.divergence).evaluate(doubled, wanted, samples: scores.samples, curves: true)
        #expect(abs(sharper.curves.bestTemperature() - 2) < 1e-3)
        for (value, loss) in zip(sharper.curves.losses(at: 1), sharper.losses) { #expect(abs(value - loss) < 1e-9) }
    }

    @Test("Where no temperature helps it is 1, and masked classes have no part in it")
    func degenerate() throws {
        let flat = try Loss().evaluate(
            Tensor(shape: [2, 2], [3, 3, -1, -1] as [Double]), .classes([0, 1], positions: 1), samples: 2, curves: true)
        #expect(flat.curves.bestTemperature() == 1)
        let masked = try Loss().evaluate(
            Tensor(shape: [1, 3], [1, 2, -.infinity] as [Double]), .classes([0], positions: 1), samples: 1, curves: true)
        #expect(abs(masked.curves.losses(at: 2)[0] - log(1 + exp(0.5))) < 1e-12)
        #expect(
            try Loss(.squaredError).evaluate(
                Tensor(shape: [2, 1], [1, 2] as [Double]), .values([1, 1], perSample: 1), samples: 2, curves: true
            ).curves.isEmpty)
        #expect(TemperatureCurves().bestTemperature() == 1)
    }

    @Test("Right answers by sample, and answers that are not another model's")
    func answers() {
        let before = SampleLosses(losses: [0, 0, 0], predictions: [1, 2, 0, 1], targets: [1, 1, 0, 0], counts: [3, 0, 1])
        let after = SampleLosses(losses: [0, 0, 0], predictions: [1, 1, 0, 2], targets: [1, 1, 0, 0], counts: [3, 0, 1])
        #expect(before.rightAnswers == [2, 0, 0])
        #expect(after.rightAnswers == [3, 0, 0])
        #expect(after.disagreement(with: before) == 0.5)
        #expect(SampleLosses().disagreement(with: SampleLosses()) == nil)
    }
}
