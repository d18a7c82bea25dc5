import Foundation
import Tensors
import Testing

@testable import Calibration

@Suite("Losses of positions and entries, and metrics")
struct LossTests {
    private let rows: [Float] = [1, 2, 3, 3, 2, 1, 0, 0, 0, 5, 0, 0]

    /// log(sum of exp) of 1, 2, 3 is 3.40760596444438.
    @Test("A sequence's loss is the mean over the positions that count")
    func positions() throws {
        for shape in [[2, 2, 3], [4, 3]] {
            let result = try Loss().evaluate(Tensor(shape: shape, rows), .classes([2, 1, -100, 0], positions: 2), samples: 2)
            #expect(abs(result.losses[0] - (0.40760596444438 + 1.40760596444438) / 2) < 1e-7)
            #expect(abs(result.losses[1] - log(1 + 2 * exp(-5))) < 1e-7)
            #expect(result.counts == [2, 1])
            #expect(result.predictions == [2, 0, 0])
            #expect(result.targets == [2, 1, 0])
        }
    }

    @Test("A sample without any position that counts costs nothing")
    func noPositions() throws {
        let result = try Loss().evaluate(
            Tensor(shape: [1, 2, 3], Array(rows.prefix(6))), .classes([-100, -100], positions: 2), samples: 1)
        #expect(result.losses == [0])
        #expect(result.counts == [0])
    }

    @Test("A single position may not count either")
    func singlePositions() throws {
        let result = try Loss().evaluate(Tensor(shape: [2, 3], Array(rows.prefix(6))), .classes([-100, 0], positions: 1), samples: 2)
        #expect(result.counts == [0, 1])
        #expect(result.losses[0] == 0)
        #expect(abs(result.losses[1] - 0.40760596444438) < 1e-7)
    }

    @Test("As many rows of scores as labels are needed")
    func mismatch() throws {
        #expect(throws: LossError.labelCount(1, output: [2, 2, 3], samples: 2)) {
            try Loss().evaluate(Tensor(shape: [2, 2, 3], rows), .classes([0, 1], positions: 1), samples: 2)
        }
        #expect(throws: LossError.targets(.squaredError)) {
            try Loss(.squaredError).evaluate(Tensor(shape: [4, 3], rows), .classes([0, 1, 0, 0], positions: 1), samples: 4)
        }
        #expect(throws: LossError.labelCount(1, output: [4, 3], samples: 4)) {
            try Loss(.squaredError).evaluate(Tensor(shape: [4, 3], rows), .values([0, 1, 0, 0], perSample: 1), samples: 4)
        }
    }

    @Test("Yes or no: the mean of -log p over the entries, from logits as from probabilities")
    func binary() throws {
        let logits = try Tensor(shape: [2, 2], [0, 2, -3, 1000] as [Double])
        let targets = Targets.values([1, 0, 0, 1], perSample: 2)
        let result = try Loss(.binaryCrossEntropy).evaluate(logits, targets, samples: 2)
        #expect(abs(result.losses[0] - (log(2) + log(1 + exp(2))) / 2) < 1e-12)
        #expect(abs(result.losses[1] - log(1 + exp(-3)) / 2) < 1e-12)
        #expect(result.predictions == [0, 1, 0, 1])
        let probabilities = try Tensor(shape: [2, 2], ([0, 2, -3, 1000] as [Double]).map { 1 / (1 + exp(-$0)) })
        #expect(try ScoreForm(of: probabilities, loss: .binaryCrossEntropy) == .probabilities)
        #expect(try ScoreForm(of: logits, loss: .binaryCrossEntropy) == .logits)
        let same = try Loss(.binaryCrossEntropy, form: .probabilities).evaluate(probabilities, targets, samples: 2)
        for (a, b) in zip(result.losses, same.losses) { #expect(abs(a - b) < 1e-9) }
        #expect(same.predictions == result.predictions)
    }

    @Test("Squared error, and an output that is the loss itself")
    func means() throws {
        let output = try Tensor(shape: [2, 1, 2], [1, 2, 3, 5] as [Double])
        let errors = try Loss(.squaredError).evaluate(output, .values([0, 2, 3, 3], perSample: 2), samples: 2)
        #expect(errors.losses == [0.5, 2])
        #expect(errors.predictions == [1, 2, 3, 5])
        #expect(try Loss(.output).evaluate(output, .none, samples: 2).losses == [1.5, 4])
    }

    @Test("Batches are put together, and cut back to their real samples")
    func batches() {
        var all = SampleLosses(losses: [1, 2], predictions: [0, 1, 1], targets: [0, 1, 0], counts: [1, 2])
        let next = SampleLosses(losses: [3, 4], predictions: [5, 6, 7], targets: [5, 5, 7], counts: [2, 1])
        all.append(next.prefix(1))
        #expect(all == SampleLosses(losses: [1, 2, 3], predictions: [0, 1, 1, 5, 6], targets: [0, 1, 0, 5, 5], counts: [1, 2, 2]))
        #expect(SampleLosses().accuracy == 0)
        #expect(SampleLosses().meanLoss == 0)
        #expect(SampleLosses().metrics(of: .crossEntropy).isEmpty)
    }

    private func value(_ name: String, _ samples: SampleLosses, _ loss: Loss.Kind) -> Double? {
        samples.metrics(of: loss).first { $0.name == name }?.value
    }

    @Test("The divergence from wanted distributions, of logits and of probabilities; rows of zeros do not count")
    func divergence() throws {
        let wanted = [0.5, 0.25, 0.25, 0, 0, 0, 0, 0, 1, 0.2, 0.3, 0.5]
        // KL of (1/2, 1/4, 1/4) from (1/4, 1/4, 1/2), of which logits are known but for a constant.
        let logits = [1, 1, 1 + log(2.0), 5, 6, 7, 0, 0, 0, log(0.2), log(0.3), log(0.5)].map { Float($0) }
        let result = try Loss(.divergence).evaluate(
            Tensor(shape: [2, 2, 3], logits), .distributions(wanted, positions: 2), samples: 2)
        #expect(abs(result.losses[0] - 0.25 * log(2)) < 1e-6)
        #expect(abs(result.losses[1] - log(3) / 2) < 1e-6)
        #expect((result.counts, result.predictions, result.targets) == ([1, 2], [2, 0, 2], [0, 2, 2]))

        let shares = Loss(.divergence, form: .probabilities)
        let probabilities: [Float] = [0.25, 0.25, 0.5, 0, 0, 1]
        let others = try shares.evaluate(
            Tensor(shape: [2, 3], probabilities), .distributions(Array(wanted.prefix(3)) + [0, 0, 1], positions: 1), samples: 2)
        #expect(abs(others.losses[0] - 0.25 * log(2)) < 1e-6 && others.losses[1] == 0)
        #expect(try shares.probabilities(Tensor(shape: [2, 3], probabilities))[0] == [0.25, 0.25, 0.5])
        let rows = try Loss(.divergence).probabilities(Tensor(shape: [4, 3], logits))
        #expect(zip(rows[0], [0.25, 0.25, 0.5]).allSatisfy { abs($0 - $1) < 1e-7 })
        #expect(rows.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-12 })
        #expect(result.metrics(of: .divergence).map(\.name) == ["top-1 agreement"])
        #expect(result.metrics(of: .divergence)[0].value == 1.0 / 3)
        #expect(throws: LossError.distributions(positions: 2, classes: 3, output: [2, 3], samples: 2)) {
            try shares.evaluate(Tensor(shape: [2, 3], probabilities), .distributions(wanted, positions: 2), samples: 2)
        }
        // As many numbers, in other rows.
        #expect(throws: LossError.distributions(positions: 3, classes: 2, output: [2, 2, 3], samples: 2)) {
            try Loss(.divergence).evaluate(Tensor(shape: [2, 2, 3], logits), .distributions(wanted, positions: 3), samples: 2)
        }
    }

    @Test("A blind guess costs what classes, a yes or no, or the spread of the targets make it cost")
    func blindGuess() {
        let samples = SampleLosses(losses: [1, 2], predictions: [0, 1, 1], targets: [1, 4, 1], counts: [2, 1])
        #expect(samples.lossOfBlindGuess(.crossEntropy, width: 8) == log(8))
        #expect(samples.lossOfBlindGuess(.binaryCrossEntropy, width: 8) == log(2))
        #expect(samples.lossOfBlindGuess(.squaredError, width: 8) == 2)
        #expect(samples.lossOfBlindGuess(.output, width: 8) == nil)
        #expect(SampleLosses().lossOfBlindGuess(.squaredError, width: 1) == nil)
    }

    /// By hand: class 0 has TP 1, FP 1, FN 0; class 1 has TP 1, FP 0, FN 1; class 2 has TP 0, FP 1, FN 1.
    @Test("Metrics of classes")
    func classMetrics() throws {
        let samples = SampleLosses(
            losses: [1, 1, 1, 1], predictions: [0, 0, 1, 2], targets: [0, 1, 1, 2].map { $0 == 2 ? 3 : $0 }, counts: [1, 1, 1, 1])
        #expect(value("top-1", samples, .crossEntropy) == 0.5)
        // Classes 0: 2/3, 1: 2/3, 2: 0, 3: 0.
        #expect(abs(try #require(value("macro F1", samples, .crossEntropy)) - 1.0 / 3) < 1e-12)
    }

    /// Perplexity counts positions, not sequences: exp((1 * 1 + 3 * 2) / 4).
    @Test("Metrics of positions")
    func positionMetrics() throws {
        let samples = SampleLosses(losses: [1, 2], predictions: [0, 1, 1, 0], targets: [0, 1, 0, 0], counts: [1, 3])
        #expect(value("token accuracy", samples, .crossEntropy) == 0.75)
        #expect(abs(try #require(value("perplexity", samples, .crossEntropy)) - exp(7.0 / 4)) < 1e-12)
        // Classes 0: 4/5, 1: 2/3.
        #expect(abs(try #require(value("macro F1", samples, .crossEntropy)) - 11.0 / 15) < 1e-12)
    }

    @Test("Metrics of a yes or a no, and of values")
    func entryMetrics() throws {
        let labels = SampleLosses(losses: [0], predictions: [1, 1, 0, 0], targets: [1, 0, 1, 0], counts: [4])
        #expect(value("label accuracy", labels, .binaryCrossEntropy) == 0.5)
        #expect(value("micro F1", labels, .binaryCrossEntropy) == 0.5)
        // Ranks 0, 1.5, 1.5, 3 and 0, 1, 2, 3: covariance 4.5 over the root of 4.5 * 5.
        let values = SampleLosses(losses: [0, 0, 0, 0], predictions: [1, 2, 2, 10], targets: [0, 1, 2, 3], counts: [1, 1, 1, 1])
        #expect(abs(try #require(value("Spearman correlation", values, .squaredError)) - 4.5 / (22.5).squareRoot()) < 1e-12)
        // Deviations -2.75, -1.75, -1.75, 6.25 against -1.5, -0.5, 0.5, 1.5.
        let pearson = (4.125 + 0.875 - 0.875 + 9.375) / ((7.5625 + 2 * 3.0625 + 39.0625) * 5).squareRoot()
        #expect(abs(try #require(value("Pearson correlation", values, .squaredError)) - pearson) < 1e-12)
        let constant = SampleLosses(losses: [0, 0], predictions: [1, 1], targets: [0, 1], counts: [1, 1])
        #expect(value("Pearson correlation", constant, .squaredError) == 0)
    }
}
