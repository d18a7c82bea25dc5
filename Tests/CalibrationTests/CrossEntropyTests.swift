import Foundation
import Tensors
import Testing

@testable import Calibration

@Suite("Cross-entropy and top-1")
struct CrossEntropyTests {
    private let logits = Loss(form: .logits)
    private let probabilities = Loss(form: .probabilities)

    @Test("Losses of logits: log(sum of exp) - score")
    func logitValues() throws {
        // log(e^1 + e^2 + e^3) = 3.40760596444438; a shift of all scores changes nothing.
        let scores = try Tensor(shape: [3, 3], [1, 2, 3, 1, 2, 3, -99, -98, -97] as [Float])
        let result = try logits.evaluate(scores, .classes([2, 0, 1], positions: 1), samples: 3)
        let expected = [0.40760596444438, 2.40760596444438, 1.40760596444438]
        for (loss, value) in zip(result.losses, expected) { #expect(abs(loss - value) < 1e-12) }
        #expect(result.predictions == [2, 2, 2])
        #expect(abs(result.meanLoss - 1.40760596444438) < 1e-12)
        #expect(result.accuracy == 1.0 / 3)
    }

    @Test("Losses of probabilities: -log p")
    func probabilityValues() throws {
        let scores = try Tensor(shape: [2, 2], [0.25, 0.75, 0.5, 0.5])
        let result = try probabilities.evaluate(scores, .classes([0, 1], positions: 1), samples: 2)
        #expect(abs(result.losses[0] - log(4)) < 1e-15)
        #expect(abs(result.losses[1] - log(2)) < 1e-15)
    }

    @Test("A probability of 0 costs 12 powers of ten, not infinity")
    func impossibleLabel() throws {
        let scores = try Tensor(shape: [1, 2], [0, 1] as [Float])
        let result = try probabilities.evaluate(scores, .classes([0], positions: 1), samples: 1)
        #expect(abs(result.losses[0] - 12 * log(10)) < 1e-12)
    }

    @Test("Of equal scores the first counts as the highest")
    func ties() throws {
        let scores = try Tensor(shape: [3, 3], [1, 1, 0, 1, 1, 0, 0, 1, 1] as [Float])
        #expect(try logits.evaluate(scores, .classes([0, 1, 1], positions: 1), samples: 3).predictions == [0, 0, 1])
    }

    @Test("Extreme logits neither overflow nor lose the loss")
    func extremeLogits() throws {
        let greatest = Float.greatestFiniteMagnitude
        let scores = try Tensor(shape: [4, 2], [1e30, -1e30, 1000, 0, 0, 1000, greatest, greatest] as [Float])
        let losses = try logits.evaluate(scores, .classes([0, 1, 1, 0], positions: 1), samples: 4).losses
        #expect(losses[0] == 0)
        #expect(losses[1] == 1000)
        #expect(losses[2] == 0)
        #expect(abs(losses[3] - log(2)) < 1e-15)
    }

    @Test("Scores that are no number give losses that are none")
    func notFinite() throws {
        let scores = try Tensor(shape: [2, 2], [.nan, 0, 0, .infinity] as [Float])
        #expect(try logits.evaluate(scores, .classes([1, 1], positions: 1), samples: 2).losses.allSatisfy { !$0.isFinite })
    }

    @Test("Further axes of length 1 are looked through, float64 is taken")
    func layouts() throws {
        let scores = try Tensor(shape: [2, 3, 1, 1], [1, 2, 3, 3, 2, 1] as [Double])
        #expect(try logits.evaluate(scores, .classes([2, 0], positions: 1), samples: 2).predictions == [2, 0])
    }

    @Test("Outputs that are no scores are refused")
    func refusals() throws {
        #expect(throws: LossError.labelCount(1, output: [2, 3, 2], samples: 2)) {
            try logits.evaluate(Tensor(shape: [2, 3, 2], [Float](repeating: 0, count: 12)), .classes([0, 0], positions: 1), samples: 2)
        }
        #expect(throws: LossError.shape([3, 2], loss: .crossEntropy, samples: 2)) {
            try logits.evaluate(Tensor(shape: [3, 2], [Float](repeating: 0, count: 6)), .classes([0, 0], positions: 1), samples: 2)
        }
        #expect(throws: LossError.shape([2, 0], loss: .crossEntropy, samples: 2)) {
            try logits.evaluate(Tensor(shape: [2, 0], [Float]()), .classes([0, 0], positions: 1), samples: 2)
        }
        #expect(throws: LossError.shape([], loss: .crossEntropy, samples: 0)) { try ScoreForm(of: Tensor(scalar: Float(1))) }
        #expect(throws: LossError.elementType(.int64)) {
            try logits.evaluate(Tensor(shape: [1, 2], [1, 2] as [Int64]), .classes([0], positions: 1), samples: 1)
        }
        for label in [-1, 3] {
            #expect(throws: LossError.labelOutOfRange(label: label, classes: 3)) {
                try logits.evaluate(Tensor(shape: [1, 3], [1, 2, 3] as [Float]), .classes([label], positions: 1), samples: 1)
            }
        }
    }

    @Test(
        "Rows that are nowhere negative and sum to one are probabilities",
        arguments: [
            ([0.2, 0.8, 1, 0], .probabilities), ([0.2, 0.8005, 0.5, 0.5], .probabilities), ([0.2, 0.8, 0.5, 0.6], .logits),
            ([-0.1, 1.1, 0.5, 0.5], .logits), ([0, 0, 0.5, 0.5], .logits), ([.nan, 1, 0.5, 0.5], .logits),
        ] as [([Float], ScoreForm)])
    func form(scores: [Float], form: ScoreForm) throws {
        #expect(try ScoreForm(of: Tensor(shape: [2, 2], scores)) == form)
    }
}
