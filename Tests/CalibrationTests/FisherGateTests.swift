import Calibration
import Foundation
import GraphRewriting
import LinearAlgebra
import LowRank
import ONNXModel
import TestSupport
import Tensors
import Testing

@Suite("Fisher gates")
struct FisherGateTests {
    /// For y = W x + b with W = sum_j u_j v_jᵀ (scaled), gate j changes the logits by a_j = u_j (v_j . x), so that the Gauss-Newton matrix of
    /// one sample's loss is F_jk = a_jᵀ (diag(p) - p pᵀ) a_k. The noise being normal, f_j f_k has the variance F_jj F_kk + F_jk²,
    /// which gives the mean over S draws a standard error; five of them are allowed, and 1e-4 for float32.
    @Test("The mean of f_j f_k over many draws is the exact Gauss-Newton matrix", arguments: [0, 1] as [UInt64])
    func gaussNewton(seed: UInt64) throws {
        let draws = 4096
        let result = try ProbeCase.linear().probe(samples: draws, repeated: true, seed: seed)
        let sensitivities = result.sweep.sensitivities[0]
        let pair = try #require(result.factors["layer"]?.first)
        let count = sensitivities.componentCount
        #expect(count == 4)

        let exact = try gaussNewtonMatrix(pair: pair, result: result)
        for j in 0..<count {
            for k in 0...j {
                var sum = 0.0
                for start in stride(from: 0, to: draws * count, by: count) {
                    sum += Double(sensitivities.fisher[start + j]) * Double(sensitivities.fisher[start + k])
                }
                let mean = sum / Double(draws)
                let variance: Double = exact[j, j] * exact[k, k] + exact[j, k] * exact[j, k]
                let error = (variance / Double(draws)).squareRoot()
                #expect(abs(mean - exact[j, k]) <= 5 * error + 1e-4 * exact[j, j], "components \(j) and \(k)")
            }
        }
    }

    private func gaussNewtonMatrix(pair: FactorPair, result: ProbeCase.Result) throws -> Matrix {
        let x = (result.samples.elements(as: Float.self) ?? []).prefix(6).map(Double.init)
        let bias = try #require(try GraphIndex(ProbeCase.linear().network).constant("b"))
        let shift = (bias.elements(as: Float.self) ?? []).map { Double($0) }
        let hidden = try pair.first.multiplied(by: x)
        let exponentials = try zip(pair.second.multiplied(by: hidden), shift).map { exp($0 + $1) }
        let p = exponentials.map { $0 / exponentials.reduce(0, +) }
        // One column a gate: how it moves the logits.
        let moves = try pair.second.scalingColumns(by: hidden)
        let mean = try Matrix(rows: 1, columns: 4, elements: p).multiplied(by: moves)
        return try moves.scalingRows(by: p).multiplied(by: moves, transposingSelf: true)
            .adding(mean.multiplied(by: mean, transposingSelf: true), times: -1)
    }

    @Test("Probabilities give the gates of their logits, whether their Softmax is found or not")
    func probabilities() throws {
        let logits = try ProbeCase.linear().probe(samples: 16)
        let softmax = node("Softmax", ["logits"], "p", .int("axis", 1))
        let endings = [
            [node("Softmax", ["logits"], "y", .int("axis", 1))], [softmax, node("Identity", ["p"], "y")],
            // A product with itself under a root hides the Softmax.
            [softmax, node("Mul", ["p", "p"], "square"), node("Sqrt", ["square"], "y")],
        ]
        for ending in endings {
            let probabilities = try ProbeCase.linear(ending: ending, loss: Loss(form: .probabilities)).probe(samples: 16)
            let (a, b) = (logits.sweep.sensitivities[0], probabilities.sweep.sensitivities[0])
            let largest = a.first.map(\.magnitude).max() ?? 0
            for (x, y) in zip(a.first, b.first) { #expect(abs(x - y) <= 1e-5 * largest) }
            for (x, y) in zip(a.fisher, b.fisher) { #expect(abs(x - y) <= 1e-5 * largest) }
            for (x, y) in zip(logits.sweep.baseline.losses, probabilities.sweep.baseline.losses) { #expect(abs(x - y) <= 1e-5) }
        }
    }

    @Test("The size of batches changes nothing but the last bits", arguments: [1, 3, 20])
    func batchSize(fixed: Int) throws {
        let free = try ProbeCase.linear().probe(samples: 20).sweep
        let batched = try ProbeCase.linear(fixedBatch: fixed).probe(samples: 20).sweep
        #expect(batched.baseline.losses.count == 20)
        #expect(batched.sensitivities[0].sampleCount == 20)
        let largest = free.sensitivities[0].fisher.map(\.magnitude).max() ?? 0
        for (a, b) in zip(free.sensitivities[0].first, batched.sensitivities[0].first) { #expect(abs(a - b) <= 1e-6 * largest) }
        for (a, b) in zip(free.sensitivities[0].fisher, batched.sensitivities[0].fisher) { #expect(abs(a - b) <= 1e-6 * largest) }
    }

    @Test("Another seed draws other directions, but leaves the first order alone")
    func seeds() throws {
        let (one, other) = try (ProbeCase.linear().probe(samples: 8, seed: 1).sweep, ProbeCase.linear().probe(samples: 8, seed: 2).sweep)
        #expect(one.sensitivities[0].first == other.sensitivities[0].first)
        #expect(one.sensitivities[0].fisher != other.sensitivities[0].fisher)
    }
}
