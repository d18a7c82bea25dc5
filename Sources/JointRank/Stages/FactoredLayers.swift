internal import GraphRewriting
internal import LinearAlgebra
internal import LowRank
internal import ONNXModel
internal import Tensors

/// The layers of a model as they stand: each group's weight as a product of factors, a component being a column of the second and a row of
/// the first, those that matter most first.
struct FactoredLayers: Sendable {
    /// Each viewed in the scheme that it is factored in.
    let layers: [Layer]
    /// By layer and group; in single precision, for models of single precision and below.
    private(set) var pairs: [[FactorPair]]
    /// By layer and group, the metric on input channels by which they are narrowed; empty where it is the plain one, or nothing is narrowed.
    private(set) var channelMetrics: [[Matrix]]
    /// Whether factors wait on the disk, as those of large models do.
    let isOnDisk: Bool

    /// The layers as they are in the model, before they are expressed in a basis.
    init(_ layers: [Layer], of model: Model, threads: Int) throws {
        try self.init(layers, of: model, threads: threads) { _, matrix in FactorPair(whole: matrix) }
    }

    /// The layers cut to ranks in plain singular components.
    ///
    /// - Parameter ranks: by layer.
    init(_ layers: [Layer], of model: Model, ranks: [Int], threads: Int) throws {
        try self.init(layers, of: model, threads: threads) { position, matrix in
            try FactorPair(truncating: matrix, rank: ranks[position], name: layers[position].weightTitle)
        }
    }

    private init(
        _ layers: [Layer], of model: Model, threads: Int, pair: @Sendable @escaping (Int, Matrix) throws -> FactorPair
    ) throws {
        let index = GraphIndex(model)
        let isOnDisk = FactoredLayers.areLarge(layers)
        (self.layers, self.isOnDisk) = (layers, isOnDisk)
        channelMetrics = layers.map { _ in [] }
        pairs = try concurrentMap(count: layers.count, threads: threads) { position in
            try layers[position].matrices(in: index).map { matrix in
                try matrix.checkFinite(name: layers[position].weightTitle)
                return try pair(position, matrix).kept(for: layers[position], onDisk: isOnDisk)
            }
        }
    }

    init(layers: [Layer], pairs: [[FactorPair]], channelMetrics: [[Matrix]], onDisk isOnDisk: Bool) {
        self.layers = layers
        self.pairs = pairs
        self.channelMetrics = channelMetrics
        self.isOnDisk = isOnDisk
    }

    /// Whether all layers of a model are too large to be held more than once.
    static func areLarge(_ layers: [Layer]) -> Bool {
        layers.reduce(0) { $0 + $1.weightParameters * $1.elementType.byteCount } > Model.largestInMemory
    }

    var shapes: [LayerShape] {
        layers.map { LayerShape(name: $0.name, groups: $0.groups, rows: $0.rows, columns: $0.columns) }
    }

    /// Components that each layer has left.
    var ranks: [Int] { pairs.map { $0.first?.rank ?? 0 } }

    func isDense(_ index: Int) -> Bool { ranks[index] >= layers[index].fullRank }

    /// The layers whose names are given, in order.
    func restricted(to names: Set<String>) -> FactoredLayers {
        let kept = layers.indices.filter { names.contains(layers[$0].name) }
        return FactoredLayers(
            layers: kept.map { layers[$0] }, pairs: kept.map { pairs[$0] }, channelMetrics: kept.map { channelMetrics[$0] },
            onDisk: isOnDisk)
    }

    /// A part of the layers.
    func restricted(to range: Range<Int>) -> FactoredLayers {
        FactoredLayers(
            layers: Array(layers[range]), pairs: Array(pairs[range]), channelMetrics: Array(channelMetrics[range]), onDisk: isOnDisk)
    }

    /// Takes other layers' place among these, by name.
    mutating func replace(with others: FactoredLayers) {
        let positions = Dictionary(uniqueKeysWithValues: layers.enumerated().map { ($1.name, $0) })
        for (index, other) in others.layers.enumerated() {
            guard let position = positions[other.name] else { continue }
            (pairs[position], channelMetrics[position]) = (others.pairs[index], others.channelMetrics[index])
        }
    }

    /// Puts the components of those layers in a basis that there are statistics of; their maps stay the same.
    ///
    /// - Parameters:
    ///   - statistics: by layer name.
    ///   - note: takes a layer's name and its squared singular values, by component.
    mutating func express(
        in basis: Basis, _ statistics: [String: LayerStatistics], threads: Int, note: (String, [Double]) -> Void
    ) throws {
        let known = self.layers.indices.filter { statistics[self.layers[$0].name] != nil }
        let (layers, pairs, isOnDisk) = (layers, pairs, isOnDisk)
        let results = try concurrentMap(count: known.count, threads: threads) { number in
            let layer = layers[known[number]]
            guard let own = statistics[layer.name] else { throw JointRankError(.internalError, "no statistics of layer '\(layer.name)'") }
            let components = try basis.components(of: pairs[known[number]], statistics: own, name: layer.weightTitle)
            return (
                pairs: try components.pairs.map { try $0.kept(for: layer, onDisk: isOnDisk) }, energies: components.energies,
                metrics: try basis.channelMetrics(own)
            )
        }
        for (index, result) in zip(known, results) {
            self.pairs[index] = result.pairs
            channelMetrics[index] = result.metrics
            note(layers[index].name, result.energies)
        }
    }

    /// Some components of each layer, as its scheme stores them.
    ///
    /// - Parameters:
    ///   - components: by layer, which to keep, in the order in which they are stored.
    ///   - scales: by layer, of each kept component; nil for ones.
    func keeping(_ components: [[Int]], scales: [[Double]]? = nil) throws -> FactoredLayers {
        let kept = try layers.indices.map { index in
            try pairs[index].enumerated().map { group, pair in
                let metric = channelMetrics[index].isEmpty ? nil : channelMetrics[index][group]
                return try layers[index].storable(pair.keeping(components[index], scales: scales?[index]), metric: metric)
                    .kept(for: layers[index], onDisk: isOnDisk)
            }
        }
        return FactoredLayers(layers: layers, pairs: kept, channelMetrics: channelMetrics, onDisk: isOnDisk)
    }

    /// The positions of the layers that do not stay as they are.
    ///
    /// - Parameter forced: layers that are written as factors even though they kept all components.
    func changed(forced: Set<Int>) -> [Int] { layers.indices.filter { !isDense($0) || forced.contains($0) } }

    /// What the graph is rewritten with, by layer name.
    ///
    /// - Parameter forced: see ``changed(forced:)``.
    func factors(form: (Int) -> StorageForm = { _ in .factors }, forced: Set<Int> = []) -> [String: LayerFactors] {
        Dictionary(
            uniqueKeysWithValues: changed(forced: forced).map {
                (layers[$0].name, LayerFactors(scheme: layers[$0].scheme, form: form($0), pairs: pairs[$0]))
            })
    }

    /// What the graph is rewritten with to be measured: layers that two factors would make slower are multiplied out.
    var measurable: (factors: [String: LayerFactors], merged: [String: LayerFactors]) {
        let reduced = factors()
        let merged = Set(layers.indices.filter { ranks[$0] > layers[$0].largestSavingRank }.map { layers[$0].name })
        return (reduced.filter { !merged.contains($0.key) }, reduced.filter { merged.contains($0.key) })
    }

    /// All layers as factors, for probes.
    var allFactors: [String: LayerFactors] { factors(forced: Set(layers.indices)) }

    /// All layers as factors, with components of zeros up to a number that the runtime's vector kernels take.
    var paddedFactors: [String: LayerFactors] {
        get throws {
            try allFactors.mapValues { own in
                let rank = own.pairs.first?.rank ?? 0
                let vector = LatencyTable.vectorLength
                guard rank > vector else { return own }
                let length = (rank + vector - 1) / vector * vector
                return LayerFactors(scheme: own.scheme, form: own.form, pairs: try own.pairs.map { try $0.padded(to: length) })
            }
        }
    }
}

extension FactorPair {
    /// As it waits for its next use.
    func kept(for layer: Layer, onDisk isOnDisk: Bool) throws -> FactorPair {
        layer.elementType == .float64 ? self : try inSinglePrecision(onDisk: isOnDisk)
    }
}

extension Layer {
    var weightTitle: String { "the weight of layer '\(name)'" }
}
