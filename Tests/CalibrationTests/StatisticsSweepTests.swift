import Calibration
import Datasets
import Foundation
import GraphRewriting
import LinearAlgebra
import LowRank
import ONNXModel
import OnnxRuntimeEngine
import TestSupport
import Tensors
import Testing

@Suite("Second moments of hidden values and of gradients")
struct StatisticsSweepTests {
    private struct Found {
        let statistics: LayerStatistics
        let pair: FactorPair
        /// used samples x inputs.
        let inputs: Matrix
    }

    /// x -> W x, with hidden values h = F x, W = S F.
    private func sweep(fixedBatch: Int?, samples: Tensor, used: Int, seed: UInt64 = 0) throws -> Found {
        let network = try ProbeCase.linear(fixedBatch: fixedBatch).network
        let layer = try #require(LayerCatalogue(model: network).layers.first)
        let pairs = try layer.matrices(in: network).map { try FactorPair($0.thinSVD(), rank: layer.fullRank) }
        let session = try Session(model: network.serialized())
        let folder = try TemporaryFolder()
        let source = try sampleSource(
            [("x", samples), ("labels", Tensor([Int64](repeating: 0, count: samples.shape[0])))], for: session.inputs, in: folder)
        let batch = try BatchPolicy(inputs: session.inputs)
        let evaluator = LossEvaluator(
            source: source, loss: ClassificationLoss(form: .logits), output: ProbeCase.output, batch: batch, batchSize: batch.fixed ?? 4)
        let sweep = try StatisticsSweep(
            of: network, layers: [layer], factors: [layer.name: LayerFactors(pairs: pairs)], evaluator: evaluator, classes: layer.rows,
            batch: batch, seed: seed, threads: 1
        ) { _, _ in }
        let elements = (samples.elements(as: Float.self) ?? []).prefix(used * layer.columns).map { Double($0) }
        return Found(
            statistics: try #require(sweep.statistics[layer.name]), pair: pairs[0],
            inputs: try Matrix(rows: used, columns: layer.columns, elements: elements))
    }

    /// 20 samples make 6 whole batches of 3, and 2 of 7; what is left over does not count, unless there is nothing else.
    @Test(
        "of inputs are the sum of h hᵀ over the samples of whole batches",
        arguments: [(nil, 20), (3, 18), (7, 14), (20, 20)] as [(Int?, Int)])
    func inputs(fixedBatch: Int?, used: Int) throws {
        var random = RandomTensors(seed: 51)
        let found = try sweep(fixedBatch: fixedBatch, samples: random.normal([20, 6]), used: used)
        let hidden = try found.inputs.multiplied(by: found.pair.first, transposingOther: true)
        let expected = try hidden.multiplied(by: hidden, transposingSelf: true)
        let moment = try #require(found.statistics.inputs.first)
        for (a, b) in zip(moment.elements, expected.elements) { #expect(abs(a - b) <= 1e-5 * expected.largestMagnitude) }
        let magnitudes = (0..<6).map { column in found.inputs.column(column).reduce(0) { $0 + abs($1) } }
        for (a, b) in zip(found.statistics.inputMagnitudes, magnitudes) { #expect(abs(a - b) <= 1e-4 * b) }
    }

    /// The covariance of the logits' gradient under the model's own predictions is diag(p) - p pᵀ: averaged over many draws, the moments
    /// approach S^T (diag(p) - p pᵀ) S, and their diagonal sum for the outputs that of p (1 - p).
    @Test("of gradients are those of the model's own predictions")
    func gradients() throws {
        var random = RandomTensors(seed: 52)
        let samples = try random.normal([20, 6])
        let draws = 300
        var total: Matrix?
        var squares: [Double] = []
        var last: Found?
        for seed in 0..<draws {
            let found = try sweep(fixedBatch: nil, samples: samples, used: 20, seed: UInt64(1000 * seed))
            let moment = try #require(found.statistics.gradients.first)
            total = try total?.adding(moment) ?? moment
            let own = found.statistics.outputGradientSquares
            squares = squares.isEmpty ? own : zip(squares, own).map { $0 + $1 }
            last = found
        }
        let found = try #require(last)
        let weight = try found.pair.second.multiplied(by: found.pair.first)
        let bias = try #require(try GraphIndex(ProbeCase.linear().network).constant("b")?.elements(as: Float.self))
        let logits = try found.inputs.multiplied(by: weight, transposingOther: true)
        var covariance = Matrix.zeros(rows: weight.rows, columns: weight.rows)
        for sample in 0..<logits.rows {
            let exponentials = zip(logits.row(sample), bias).map { exp($0 + Double($1)) }
            let p = exponentials.map { $0 / exponentials.reduce(0, +) }
            for row in p.indices {
                for column in p.indices { covariance[row, column] += (row == column ? p[row] : 0) - p[row] * p[column] }
            }
        }
        let expected = try found.pair.second.multiplied(by: covariance.multiplied(by: found.pair.second), transposingSelf: true)
        let mean = try #require(total).scaled(by: 1 / Double(draws))
        // 300 draws of 20 samples leave a few per cent.
        for (a, b) in zip(mean.elements, expected.elements) { #expect(abs(a - b) <= 0.08 * expected.largestMagnitude) }
        for (index, sum) in squares.enumerated() {
            #expect(abs(sum / Double(draws) - covariance[index, index]) <= 0.1 * covariance.largestMagnitude)
        }
    }

    @Test("Inputs too large to be squared are refused")
    func overflow() throws {
        let samples = try Tensor(shape: [2, 6], [Float](repeating: 1e30, count: 12))
        #expect(throws: SweepError.self) { try sweep(fixedBatch: nil, samples: samples, used: 2) }
    }
}
