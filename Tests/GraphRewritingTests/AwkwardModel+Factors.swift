import LinearAlgebra
import LowRank
import ONNXModel
import Tensors

@testable import GraphRewriting

extension AwkwardModel {
    var layers: [Layer] { LayerCatalogue(model: model).layers }

    var elementType: ElementType { layers.first?.elementType ?? .float32 }

    /// Random factors at the largest rank that saves parameters.
    func lowRankFactors() throws -> [(Layer, [FactorPair])] {
        var random = SplitMix(seed: 3)
        return try layers.map { ($0, try $0.randomFactors(rank: $0.shape.largestSavingRank(), &random)) }
    }

    func rewrittenAtLowRank() throws -> RewrittenModel {
        try Rewriting.apply(Dictionary(uniqueKeysWithValues: lowRankFactors().map { ($0.name, LayerFactors(pairs: $1)) }), to: model)
    }

    /// With random factors at half the full rank.
    func rewritten(_ scheme: FactorizationScheme, _ form: StorageForm) throws -> Model {
        var random = SplitMix(seed: 13)
        let factors = try layers.compactMap { $0.viewed(as: scheme) }.map { layer in
            let pairs = try layer.randomFactors(rank: max(layer.fullRank / 2, 1), &random)
            return (layer.name, LayerFactors(scheme: scheme, form: form, pairs: pairs))
        }
        return try Rewriting.apply(Dictionary(uniqueKeysWithValues: factors), to: model, allowingAnyRank: true).model
    }

    /// Pseudo-random inputs, the same every time.
    func tensors() throws -> [String: Tensor] {
        try inputs.mapValues { shape in
            var random = SplitMix(seed: 5)
            let elements = (0..<shape.reduce(1, *)).map { _ in random.nextUnit() }
            return elementType == .float64 ? try Tensor(shape: shape, elements.map(Double.init)) : try Tensor(shape: shape, elements)
        }
    }
}

extension Layer {
    /// One pair per group.
    func randomFactors(rank: Int, _ random: inout SplitMix) throws -> [FactorPair] {
        try (0..<groups).map { _ in
            try FactorPair(
                first: Matrix(rows: rank, columns: columns, random: &random),
                second: Matrix(rows: rows, columns: rank, random: &random))
        }
    }
}

extension Matrix {
    /// Entries between -1 and 1 that float32 holds exactly, so that storing them changes nothing.
    init(rows: Int, columns: Int, random: inout SplitMix) throws {
        let elements = (0..<rows * columns).map { _ in Double(random.nextUnit()) }
        try self.init(rows: rows, columns: columns, elements: elements)
    }
}
