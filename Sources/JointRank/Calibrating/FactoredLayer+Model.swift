internal import GraphRewriting
internal import LinearAlgebra
internal import LowRank
internal import ONNXModel
internal import Search
internal import Tensors

extension [FactoredLayer] {
    /// The layers as they are in the model, before they are expressed in a basis.
    static func read(_ layers: [Layer], of model: Model, threads: Int) throws -> [FactoredLayer] {
        try read(layers, of: model, threads: threads) { _, matrix in FactorPair(whole: matrix) }
    }

    /// The layers cut to ranks in plain singular components.
    ///
    /// - Parameter ranks: by the names of layers.
    static func read(_ layers: [Layer], of model: Model, ranks: [String: Int], threads: Int) throws -> [FactoredLayer] {
        try read(layers, of: model, threads: threads) { layer, matrix in
            try FactorPair(truncating: matrix, rank: ranks[layer.name] ?? layer.fullRank, name: layer.shape.weightTitle)
        }
    }

    private static func read(
        _ layers: [Layer], of model: Model, threads: Int, pair: @Sendable @escaping (Layer, Matrix) throws -> FactorPair
    ) throws -> [FactoredLayer] {
        let index = GraphIndex(model)
        let areLarge = layers.areLarge
        return try concurrentMap(count: layers.count, threads: threads) { position in
            let layer = layers[position]
            let pairs = try layer.matrices(in: index).map { matrix in
                try matrix.checkFinite(name: layer.shape.weightTitle)
                return try pair(layer, matrix)
            }
            return try FactoredLayer(layer.shape, pairs: pairs, storage: layer.storage(areLarge: areLarge))
        }
    }

    /// What the graph is rewritten with, by layer name: layers that are no longer as they are in the model.
    ///
    /// - Parameter form: of each layer.
    func factors(form: (FactoredLayer) -> StorageForm = { _ in .factors }) -> [String: LayerFactors] {
        filter(\.isChanged).byName { LayerFactors(scheme: $0.shape.scheme, form: form($0), pairs: $0.pairs) }
    }

    /// What the graph is rewritten with to be measured: layers that two factors would make slower are multiplied out.
    var measurable: (factors: [String: LayerFactors], merged: [String: LayerFactors]) {
        let reduced = filter { !$0.isDense }
        let isLarge = { (layer: FactoredLayer) in layer.rank > layer.shape.largestSavingRank() }
        return (reduced.filter { !isLarge($0) }.factors(), reduced.filter(isLarge).factors())
    }

    /// All layers as two factors, for probes.
    var allFactors: [String: LayerFactors] { byName { LayerFactors(scheme: $0.shape.scheme, pairs: $0.pairs) } }

    /// All layers as two factors, with components of zeros up to a number that the runtime's vector kernels take.
    var paddedFactors: [String: LayerFactors] {
        get throws {
            try byName { layer in
                let vector = VectorLength.channels
                let length = layer.rank > vector ? (layer.rank + vector - 1) / vector * vector : layer.rank
                return LayerFactors(scheme: layer.shape.scheme, pairs: try layer.pairs.map { try $0.padded(to: length) })
            }
        }
    }

    private func byName<Value>(_ value: (FactoredLayer) throws -> Value) rethrows -> [String: Value] {
        Dictionary(uniqueKeysWithValues: try map { ($0.name, try value($0)) })
    }
}

extension [Layer] {
    /// Whether the layers are too large together to be held more than once.
    var areLarge: Bool { reduce(0) { $0 + $1.weightParameters * $1.elementType.byteCount } > Model.largestInMemory }
}

extension Layer {
    /// How the layer's factors wait for their next use.
    ///
    /// - Parameter areLarge: see ``Swift/Array/areLarge``, of all layers that are worked on.
    func storage(areLarge: Bool) -> FactorStorage {
        elementType == .float64 ? .double : areLarge ? .singleOnDisk : .single
    }
}
