import Calibration
import Datasets
import GraphRewriting
import LinearAlgebra
import LowRank
import ONNXModel
import OnnxRuntimeEngine
import TestSupport
import Tensors
import Testing

@Suite("Second moments of hidden values")
struct MomentSweepTests {
    /// x -> W x, with hidden values h = V x.
    private func sweep(fixedBatch: Int?, samples: Tensor) throws -> (moments: [String: [Matrix]], first: Matrix) {
        let network = try ProbeCase.linear(fixedBatch: fixedBatch).network
        let layer = try #require(LayerCatalogue(model: network).layers.first)
        let factors = try layer.matrices(in: network).map { try FactorPair($0.thinSVD(), rank: layer.fullRank) }
        let inputs = try Session(model: network.serialized()).inputs
        let folder = try TemporaryFolder()
        let source = try sampleSource(
            [("x", samples), ("labels", Tensor([Int64](repeating: 0, count: samples.shape[0])))], for: inputs, in: folder)
        let sweep = try MomentSweep(
            of: network, factors: ["layer": factors], over: source, batch: BatchPolicy(inputs: inputs), threads: 1
        ) { _, _ in }
        return (sweep.moments, factors[0].first)
    }

    /// 20 samples make 6 whole batches of 3, and 2 of 7; what is left over does not count, unless there is nothing else.
    @Test("are the mean of h hᵀ over the samples of whole batches", arguments: [(nil, 20), (3, 18), (7, 14), (20, 20)] as [(Int?, Int)])
    func exact(fixedBatch: Int?, used: Int) throws {
        var random = RandomTensors(seed: 51)
        let samples = try random.normal([20, 6])
        let (moments, first) = try sweep(fixedBatch: fixedBatch, samples: samples)
        let moment = try #require(moments["layer"]?.first)
        let elements = (samples.elements(as: Float.self) ?? []).prefix(used * 6).map { Double($0) }
        let hidden = try Matrix(rows: used, columns: 6, elements: elements).multiplied(by: first, transposingOther: true)
        let expected = try hidden.multiplied(by: hidden, transposingSelf: true).scaled(by: 1 / Double(used))
        for (a, b) in zip(moment.elements, expected.elements) { #expect(abs(a - b) <= 1e-5 * expected.largestMagnitude) }
    }

    @Test("Inputs too large to be squared are refused")
    func overflow() throws {
        let samples = try Tensor(shape: [2, 6], [Float](repeating: 1e30, count: 12))
        #expect(throws: SweepError.inputsNotFinite(layer: "layer")) { try sweep(fixedBatch: nil, samples: samples) }
    }
}
