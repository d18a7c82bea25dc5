import Calibration
import Datasets
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
        let result = try ProbeCase.linear().probe(samples: Self.draws, repeated: true, seed: seed)
        let gates = try linearGates(of: result)
        expectMeans(of: result, toBe: try categorical(gates.logits, gates.moves))
    }

    /// A mean over D entries, each with a second derivative of its own: 2 for squares, p (1 - p) for a yes or a no.
    @Test("So it is where each entry stands for itself", arguments: [.squaredError, .binaryCrossEntropy] as [Loss.Kind])
    func entries(kind: Loss.Kind) throws {
        let result = try ProbeCase.linear(loss: Loss(kind)).probe(samples: Self.draws, repeated: true)
        let gates = try linearGates(of: result)
        let curvatures = gates.logits.map { logit -> Double in
            let p = 1 / (1 + exp(-logit))
            return (kind == .squaredError ? 2 : p * (1 - p)) / Double(gates.logits.count)
        }
        expectMeans(of: result, toBe: try gates.moves.scalingRows(by: curvatures).multiplied(by: gates.moves, transposingSelf: true))
    }

    /// A sample's loss is the mean over its T positions that count, so that its Gauss-Newton matrix is 1/T times the sum of theirs.
    @Test("So it is for the positions of a sample that count")
    func positions() throws {
        let result = try ProbeCase.linearPositions().probe(samples: Self.draws, repeated: true)
        guard case .classes(let labels, let length) = result.targets else { throw ProbeCase.NoScores() }
        var weights = [Double](repeating: 0, count: length)
        for sample in 0..<Self.draws {
            let counting = (0..<length).filter { labels[sample * length + $0] != Labels.ignored }
            for position in counting { weights[position] += 1 / Double(counting.count * Self.draws) }
        }
        let pair = try #require(result.factors["layer"]?.first)
        let elements = (result.samples.elements(as: Float.self) ?? []).map(Double.init)
        var exact = Matrix.zeros(rows: pair.rank, columns: pair.rank)
        for (position, weight) in weights.enumerated() {
            let gates = try gates(of: pair, at: Array(elements[(position * 6)..<(position * 6 + 6)]), bias: nil)
            exact = try exact.adding(categorical(gates.logits, gates.moves), times: weight)
        }
        expectMeans(of: result, toBe: exact)
    }

    private static let draws = 4096

    private func expectMeans(of result: ProbeCase.Result, toBe exact: Matrix) {
        let sensitivities = result.sweep.sensitivities[0]
        let count = sensitivities.componentCount
        #expect(count == exact.rows)
        for j in 0..<count {
            for k in 0...j {
                var sum = 0.0
                for start in stride(from: 0, to: Self.draws * count, by: count) {
                    sum += Double(sensitivities.fisher[start + j]) * Double(sensitivities.fisher[start + k])
                }
                let mean = sum / Double(Self.draws)
                let variance: Double = exact[j, j] * exact[k, k] + exact[j, k] * exact[j, k]
                let error = (variance / Double(Self.draws)).squareRoot()
                #expect(abs(mean - exact[j, k]) <= 5 * error + 1e-4 * exact[j, j], "components \(j) and \(k)")
            }
        }
    }

    private func linearGates(of result: ProbeCase.Result) throws -> (logits: [Double], moves: Matrix) {
        let bias = try #require(try GraphIndex(ProbeCase.linear().network).constant("b")?.elements(as: Float.self)).map { Double($0) }
        let x = (result.samples.elements(as: Float.self) ?? []).prefix(6).map(Double.init)
        return try gates(of: #require(result.factors["layer"]?.first), at: x, bias: bias)
    }

    /// The logits of an input, and one column a gate: how it moves them.
    private func gates(of pair: FactorPair, at x: [Double], bias: [Double]?) throws -> (logits: [Double], moves: Matrix) {
        let hidden = try pair.first.multiplied(by: x)
        let product = try pair.second.multiplied(by: hidden)
        let logits = zip(product, bias ?? product.map { _ in 0 }).map { $0 + $1 }
        return (logits, try pair.second.scalingColumns(by: hidden))
    }

    private func categorical(_ logits: [Double], _ moves: Matrix) throws -> Matrix {
        let exponentials = logits.map { exp($0) }
        let p = exponentials.map { $0 / exponentials.reduce(0, +) }
        let mean = try Matrix(rows: 1, columns: p.count, elements: p).multiplied(by: moves)
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
