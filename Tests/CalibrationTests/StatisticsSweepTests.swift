import Calibration
import Foundation
import GraphRewriting
import LinearAlgebra
import LowRank
import ONNXModel
import OnnxRuntimeEngine
import TestSupport
import Tensors
import Testing

/// For networks whose scores are linear in x everything is known in closed form: with p = softmax(scores) the gradient of the loss under
/// the model's own predictions has the covariance C = diag(p) - p pᵀ.
@Suite("Second moments of hidden values and of gradients")
struct StatisticsSweepTests {
    private struct Found {
        let statistics: LayerStatistics
        /// By group: W = S F.
        let pairs: [FactorPair]
        /// samples x scores.
        let probabilities: Matrix
    }

    /// - Parameters:
    ///   - position: of the layer to look at.
    ///   - pairs: its factors; nil for singular components.
    private func sweep(
        _ network: Model, layer position: Int = 0, pairs: [FactorPair]? = nil, samples: Tensor, seeds: Range<UInt64> = 0..<1
    ) throws -> [Found] {
        let layer = try #require(LayerCatalogue(model: network).layers.dropFirst(position).first)
        let pairs = try pairs ?? layer.matrices(in: network).map { try FactorPair($0.thinSVD(), rank: layer.fullRank) }
        let session = try Session(model: network.serialized())
        let folder = try TemporaryFolder()
        let source = try sampleSource(
            [("x", samples), ("labels", Tensor([Int64](repeating: 0, count: samples.shape[0])))], for: session.inputs, in: folder)
        let batch = try BatchPolicy(inputs: session.inputs)
        let classes = session.outputs[0].shape[1] ?? 0
        let evaluator = LossEvaluator(
            source: source, output: MeasuredOutput(name: ProbeCase.output, loss: Loss(), width: classes), batch: batch,
            schedule: BatchSchedule(batch, bytesPerSample: 1 << 26, threads: 1))
        let probabilities = batch.fixed == nil ? try self.probabilities(session, samples) : Matrix.zeros(rows: 0, columns: classes)
        return try seeds.map { seed in
            let sweep = try StatisticsSweep.collecting(
                from: network, layers: [layer], factors: [layer.name: LayerFactors(pairs: pairs)], evaluator: evaluator, batch: batch,
                seed: seed, threads: 1
            ) { _, _ in }
            #expect(sweep.obstacles.isEmpty)
            return Found(statistics: try #require(sweep.statistics[layer.name]), pairs: pairs, probabilities: probabilities)
        }
    }

    private func probabilities(_ session: Session, _ samples: Tensor) throws -> Matrix {
        let scores = try #require(session.run(["x": samples])[ProbeCase.output])
        let exponentials = (scores.elements(as: Float.self) ?? []).map { exp(Double($0)) }
        let matrix = try Matrix(rows: scores.shape[0], columns: scores.shape[1], elements: exponentials)
        return try matrix.scalingRows(by: (0..<matrix.rows).map { 1 / matrix.row($0).reduce(0, +) })
    }

    /// x [samples, 8, 5] -> a convolution of kernel 1 in groups, from 8 channels to 6 -> the mean over the positions.
    private func positions(groups: Int) throws -> Model {
        var random = RandomTensors(seed: 53)
        return model(
            graph(
                [
                    node("Conv", ["x", "w"], "c", name: "layer", .ints("kernel_shape", [1]), .int("group", groups)),
                    node("ReduceMean", ["c"], "y", .ints("axes", [2]), .int("keepdims", 0)),
                ], [("w", try random.normal([6, 8 / groups, 1]))], inputs: [value("x", [nil, 8, 5])], outputs: [value("y", [nil, 6])]))
    }

    /// 20 samples make 6 whole batches of 3, and 2 of 7; what is left over does not count, unless there is nothing else.
    @Test(
        "Those of inputs are sums of h hᵀ over the samples of whole batches",
        arguments: [(nil, 20), (3, 18), (7, 14), (20, 20)] as [(Int?, Int)])
    func inputs(fixedBatch: Int?, used: Int) throws {
        var random = RandomTensors(seed: 51)
        let samples = try random.normal([20, 6])
        let found = try sweep(ProbeCase.linear(fixedBatch: fixedBatch).network, samples: samples)[0]
        let x = try Matrix(rows: 20, columns: 6, elements: (samples.elements(as: Float.self) ?? []).map(Double.init)).rows(0..<used)
        try expectInputs(found, of: [x])
    }

    @Test("Those of a convolution's inputs are sums over samples and positions, by group", arguments: [1, 2])
    func convolutionInputs(groups: Int) throws {
        var random = RandomTensors(seed: 54)
        let samples = try random.normal([70, 8, 5])
        let found = try sweep(positions(groups: groups), samples: samples)[0]
        let values = (samples.elements(as: Float.self) ?? []).map(Double.init)
        let channels = 8 / groups
        let inputs = try (0..<groups).map { group in
            try Matrix(
                rows: 70 * 5, columns: channels,
                elements: (0..<70 * 5 * channels).map { index in
                    let (row, channel) = index.quotientAndRemainder(dividingBy: channels)
                    return values[(row / 5 * 8 + group * channels + channel) * 5 + row % 5]
                })
        }
        try expectInputs(found, of: inputs)
    }

    /// - Parameter inputs: by group, (samples * positions) x inputs.
    private func expectInputs(_ found: Found, of inputs: [Matrix]) throws {
        #expect(found.statistics.inputs.count == inputs.count)
        for (moment, (pair, x)) in zip(found.statistics.inputs, zip(found.pairs, inputs)) {
            let hidden = try x.multiplied(by: pair.first, transposingOther: true)
            let expected = try hidden.multiplied(by: hidden, transposingSelf: true)
            #expect(moment.shape == expected.shape)
            #expect(try moment.adding(expected, times: -1).largestMagnitude <= 1e-5 * expected.largestMagnitude)
        }
        let magnitudes = inputs.flatMap { x in (0..<x.columns).map { column in x.column(column).reduce(0) { $0 + $1.magnitude } } }
        #expect(found.statistics.inputMagnitudes.count == magnitudes.count)
        for (sum, expected) in zip(found.statistics.inputMagnitudes, magnitudes) { #expect(abs(sum - expected) <= 1e-5 * expected) }
    }

    @Test("Those of gradients are what the model's own predictions make them", arguments: [0, 100] as [UInt64])
    func gradients(seed: UInt64) throws {
        var random = RandomTensors(seed: 52)
        try expectGradients(
            sweep(ProbeCase.linear().network, samples: random.normal([600, 6]), seeds: seed..<seed + 4), positions: 1)
    }

    @Test("Those of a convolution's gradients are sums over samples and positions, by group", arguments: [1, 2])
    func convolutionGradients(groups: Int) throws {
        var random = RandomTensors(seed: 55)
        try expectGradients(sweep(positions(groups: groups), samples: random.normal([600, 8, 5]), seeds: 0..<4), positions: 5)
    }

    /// At each of P positions the gradient is that of the scores over P, so the moments are the sums over the samples of Sᵀ C S / P and of
    /// the diagonal of C / P. The drawn directions being normal, an entry a of one sample's moment has the variance
    /// a_jj a_kk + a_jk²: five standard errors are allowed, and 1e-4 for float32.
    private func expectGradients(_ found: [Found], positions: Int) throws {
        let draws = Double(found.count)
        let groups = found[0].pairs.count
        let scores = found[0].probabilities.columns
        let identity = FactorPair(first: Matrix.identity(scores), second: Matrix.identity(scores))
        let outputs = found.map { Matrix(diagonal: $0.statistics.outputGradientSquares) }
        for (group, pair) in (found[0].pairs + [identity]).enumerated() {
            // The last one stands for the outputs of all groups, of which only the diagonal is collected.
            let isOutput = group == groups
            let moments = isOutput ? outputs : found.map { $0.statistics.gradients[group] }
            #expect(moments.allSatisfy { $0.rows == pair.rank && $0.columns == pair.rank })
            var expected = Matrix.zeros(rows: pair.rank, columns: pair.rank)
            var variance = expected
            for sample in 0..<found[0].probabilities.rows {
                let own = isOutput ? 0..<scores : group * pair.second.rows..<(group + 1) * pair.second.rows
                let p = Array(found[0].probabilities.row(sample))[own]
                let row = try Matrix(rows: 1, columns: p.count, elements: Array(p))
                let covariance = try Matrix(diagonal: Array(p)).adding(row.multiplied(by: row, transposingSelf: true), times: -1)
                let moment = try pair.second.multiplied(by: covariance.multiplied(by: pair.second), transposingSelf: true)
                for j in 0..<pair.rank {
                    for k in 0..<pair.rank {
                        expected[j, k] += moment[j, k] / Double(positions)
                        variance[j, k] += (moment[j, j] * moment[k, k] + moment[j, k] * moment[j, k]) / Double(positions * positions)
                    }
                }
            }
            for j in 0..<pair.rank {
                for k in 0..<pair.rank where !isOutput || j == k {
                    let mean = moments.reduce(0) { $0 + $1[j, k] } / draws
                    let error = 5 * (variance[j, k] / draws).squareRoot() + 1e-4 * expected[j, j]
                    #expect(abs(mean - expected[j, k]) <= error, "group \(group), components \(j) and \(k)")
                }
            }
        }
    }

    @Test("The same seed gives the same moments, another one those of other directions")
    func seeds() throws {
        var random = RandomTensors(seed: 56)
        let samples = try random.normal([20, 6])
        let network = try ProbeCase.linear().network
        let (first, other) = (try sweep(network, samples: samples, seeds: 1..<3), try sweep(network, samples: samples, seeds: 1..<2))
        #expect(first[0].statistics.gradients == other[0].statistics.gradients)
        #expect(first[0].statistics.gradients != first[1].statistics.gradients)
        #expect(first[0].statistics.inputs == first[1].statistics.inputs)
    }

    @Test("A weight that is used twice has the sums of both uses")
    func tiedWeight() throws {
        var random = RandomTensors(seed: 57)
        let weight = try random.normal([6, 6])
        func network(_ second: String) -> Model {
            model(
                graph(
                    [
                        node("MatMul", ["x", "w"], "a", name: "layer"), node("Neg", ["x"], "n"), node("MatMul", ["n", second], "b"),
                        node("Exp", ["b"], "e"), node("Add", ["a", "e"], "y"),
                    ], [("w", weight)] + (second == "w" ? [] : [(second, weight)]), inputs: [value("x", [nil, 6])],
                    outputs: [value("y", [nil, 6])]))
        }
        let samples = try random.normal([20, 6], deviation: 0.3)
        let (tied, single) = (try sweep(network("w"), samples: samples)[0], try sweep(network("v"), samples: samples)[0])
        for (a, b) in zip(tied.statistics.inputMagnitudes, single.statistics.inputMagnitudes) { #expect(abs(a - 2 * b) <= 1e-5 * b) }
        let expected = try #require(single.statistics.inputs.first).scaled(by: 2)
        let moment = try #require(tied.statistics.inputs.first)
        #expect(try moment.adding(expected, times: -1).largestMagnitude <= 1e-5 * expected.largestMagnitude)
        let (both, one) = (tied.statistics.outputGradientSquares, single.statistics.outputGradientSquares)
        #expect(zip(both, one).allSatisfy { $0 > $1 })
    }

    /// The sides change places for the use that applies Wᵀ, and what it says is scaled to the proportion of what the other says.
    @Test("A weight that is used both ways has the moments of both uses, each on its side of the weight")
    func transposedUse() throws {
        var random = RandomTensors(seed: 58)
        let weight = try random.normal([6, 4])
        let elements = weight.elements(as: Float.self) ?? []
        let turned = try Tensor(shape: [4, 6], (0..<24).map { elements[$0 % 6 * 4 + $0 / 6] })
        func network(_ nodes: [NodeProto], _ weights: [(String, Tensor)]) -> Model {
            model(
                graph(
                    [node("MatMul", ["x", "w"], "a", name: "layer"), node("Tanh", ["a"], "t")] + nodes + [node("MatMul", ["t", "v"], "y")],
                    [("w", weight)] + weights, inputs: [value("x", [nil, 6])], outputs: [value("y", [nil, 6])]))
        }
        let samples = try random.normal([20, 6], deviation: 0.3)
        let tied = try sweep(network([node("Transpose", ["w"], "v", .ints("perm", [1, 0]))], []), samples: samples)[0]
        let single = network([], [("v", turned)])
        let own = try sweep(single, samples: samples)[0]
        let pairs = tied.pairs.map { FactorPair(first: $0.second.transposed, second: $0.first.transposed) }
        let other = try sweep(single, layer: 1, pairs: pairs, samples: samples)[0]

        let x = try Matrix(rows: 20, columns: 6, elements: (samples.elements(as: Float.self) ?? []).map(Double.init))
        let a = try x.multiplied(by: Matrix(rows: 6, columns: 4, elements: elements.map(Double.init)))
        try expectInputs(own, of: [x])
        try expectInputs(other, of: [Matrix(rows: 20, columns: 4, elements: a.elements.map { tanh($0) })])

        let (h, g) = (own.statistics.inputs[0], own.statistics.gradients[0])
        let (otherH, otherG) = (other.statistics.inputs[0], other.statistics.gradients[0])
        let scale = (h.trace * otherH.trace / (g.trace * otherG.trace)).squareRoot()
        for (moment, expected) in [
            (tied.statistics.inputs[0], try h.adding(otherG, times: scale)),
            (tied.statistics.gradients[0], try g.adding(otherH, times: 1 / scale)),
        ] {
            #expect(try moment.adding(expected, times: -1).largestMagnitude <= 1e-4 * expected.largestMagnitude)
        }
        let sums = [
            (tied.statistics.inputMagnitudes, own.statistics.inputMagnitudes),
            (tied.statistics.outputGradientSquares, own.statistics.outputGradientSquares),
        ]
        for (sum, expected) in sums {
            #expect(sum.count == expected.count && !sum.isEmpty)
            for (a, b) in zip(sum, expected) { #expect(abs(a - b) <= 1e-4 * b) }
        }
    }

    @Test("Inputs too large to be squared are refused")
    func overflow() throws {
        let samples = try Tensor(shape: [2, 6], [Float](repeating: 1e30, count: 12))
        #expect(throws: SweepError.inputsNotFinite(layer: "layer")) { try sweep(ProbeCase.linear().network, samples: samples) }
    }
}
