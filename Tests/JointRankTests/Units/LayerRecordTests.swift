import GraphRewriting
import LinearAlgebra
import LowRank
import ONNXModel
import Search
import TestSupport
import Testing

@testable import JointRank

@Suite("Layers in records")
struct LayerRecordTests {
    private let folder: TemporaryFolder
    private let candidates: [Layer]
    private let layers: [FactoredLayer]

    init() throws {
        folder = try TemporaryFolder()
        let model = try Networks.convolutional()
        candidates = LayerCatalogue(model: model).layers
        layers = try .read(candidates, of: model, threads: 1)
    }

    private func stored(_ record: Record) throws -> StoredRecord {
        try record.write(to: folder.path("record.safetensors"))
        return try StoredRecord(path: folder.path("record.safetensors"))
    }

    private func expectEqual(_ layers: [FactoredLayer], _ others: [FactoredLayer]) {
        #expect(layers.map(\.shape) == others.map(\.shape))
        for (layer, other) in zip(layers, others) {
            #expect(layer.pairs.map(\.first) == other.pairs.map(\.first))
            #expect(layer.pairs.map(\.second) == other.pairs.map(\.second))
            #expect(layer.channelMetrics == other.channelMetrics)
            #expect(layer.storage == other.storage)
        }
    }

    @Test("Factors, metrics and energies come back to the last bit, among catalogued layers and among those of a search")
    func roundTrip() throws {
        let cut = try layers.map { layer in
            try layer.replacing(
                pairs: layer.pairs, channelMetrics: layer.pairs.map { _ in try Matrix(rows: 1, columns: 1, elements: [1.0 / 3]) },
                energies: (0..<layer.rank).map { 3 - 0.1 * Double($0) })
        }
        let written = try stored(BasisLayers(layers: cut, obstacles: ["far": "out of reach"]).record)
        let catalogued = try BasisLayers(written, of: candidates)
        expectEqual(catalogued.layers, cut)
        #expect(catalogued.layers.map(\.energies) == cut.map(\.energies))
        #expect(catalogued.obstacles == ["far": "out of reach"])

        var priced = layers
        priced[0].isForced = true
        let searched = try BasisLayers(written, of: priced)
        expectEqual(searched.layers, cut)
        #expect(searched.layers.map(\.isForced) == layers.indices.map { $0 == 0 })
    }

    @Test("A calibration without energies, or of layers that were cut, is refused")
    func incompleteCalibration() throws {
        let unknown = try stored(BasisLayers(layers: layers, obstacles: [:]).record)
        #expect(throws: JointRankError.self) { try BasisLayers(unknown, of: candidates) }
        let halves = try layers.map { layer in
            let half = try layer.keeping(0..<(layer.rank + 1) / 2)
            return try half.replacing(pairs: half.pairs, channelMetrics: [], energies: Array(repeating: 1, count: half.rank))
        }
        let cut = try stored(BasisLayers(layers: halves, obstacles: [:]).record)
        let error = #expect(throws: JointRankError.self) { try BasisLayers(cut, of: candidates) }
        #expect(error?.description.contains("it lacks components or energies of layer") == true)
    }

    @Test("A search's outcome comes back with its point, losses and trust region")
    func outcome() throws {
        var kept = try layers.keeping(layers.map { Array(0..<max(1, $0.rank / 2)) })
        kept[0].prediction = RankPrediction(firstOrder: -0.25, curvature: 0.125, isInRange: true)
        let before = CandidateLosses([1.0, 2, 3], divergence: [0, 0, 0])
        let after = CandidateLosses([1.5, 2, 2.75], divergence: [0.5, 0.25, 0], calibrated: [1.25, 2, 3], hits: [1, 0.5, 0])
        let step = FrontierPoint.Step(predicted: 0.5, try PairedComparison(before: before.losses, after: after.losses))
        let outcome = SearchOutcome(
            point: try FrontierPoint(layers: kept, after, original: before, target: .originalAnswers, step: step), losses: after,
            region: TrustRegion(radius: 0.007))
        let record = try stored(outcome.record(candidates: 9))
        #expect(try record.note("candidates") == 9)
        let found = try SearchOutcome(record, layers: layers, original: before)
        expectEqual(found.point.layers, kept)
        #expect(found.point.layers.map(\.prediction) == kept.map(\.prediction))
        #expect(found.point.layers.map(\.energies) == kept.map(\.energies))
        #expect(found.losses == after && found.region.radius == 0.007)
        #expect(found.point.comparison == outcome.point.comparison && found.point.step == step)
        #expect(found.point.target == .originalAnswers && found.point.objective == outcome.point.objective)
        #expect(found.point.calibrated == outcome.point.calibrated && found.point.answers == outcome.point.answers)
    }

    @Test("A record about other layers, or with factors that do not fit, is refused")
    func others() throws {
        let losses = CandidateLosses([1, 2])
        let outcome = SearchOutcome(
            point: try FrontierPoint(layers: Array(layers.dropLast()), losses, original: losses), losses: losses, region: TrustRegion())
        let fewer = try stored(outcome.record(candidates: 1))
        #expect(throws: JointRankError.self) { try SearchOutcome(fewer, layers: layers, original: losses) }
        let error = #expect(throws: JointRankError.self) { try [FactoredLayer].read(fewer, among: Array(candidates.dropFirst())) }
        #expect(error?.description.contains("there is no layer '\(candidates[0].name)'") == true)

        let pair = FactorPair(first: .identity(2), second: .identity(2))
        let wrong = try layers.map { try $0.replacing(pairs: $0.pairs.map { _ in pair }, channelMetrics: []) }
        let misfit = try stored(BasisLayers(layers: wrong, obstacles: [:]).record)
        let refusal = #expect(throws: JointRankError.self) { try BasisLayers(misfit, of: candidates) }
        #expect(refusal?.description.contains("do not fit it") == true)
    }
}
