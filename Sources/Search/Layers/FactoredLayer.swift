package import LinearAlgebra
package import LowRank

/// A layer as it stands in a search: its weight as a product of factors, and all that is known of it.
///
/// A component is a column of the second factor and a row of the first; those that matter most come first.
package struct FactoredLayer: Sendable {
    package let shape: LayerShape
    /// By group; all of one rank.
    package private(set) var pairs: [FactorPair]
    /// By group, the metric on input channels by which they are narrowed; empty where it is the plain one, or nothing is narrowed.
    package private(set) var channelMetrics: [Matrix]
    /// Squared singular values of the components when they were last put in a basis; empty where they never were.
    package private(set) var energies: [Double]
    /// What each rank costs.
    package var costs: LayerCosts
    /// Whether the user asked for the rank: the layer is written as two factors even if that saves nothing.
    package var isForced = false
    /// What the rank was predicted to do when it was chosen; nil where the method predicts nothing.
    package var prediction: RankPrediction?
    /// How factors wait for their next use.
    package let storage: FactorStorage

    /// - Parameters:
    ///   - costs: nil for the parameters that two factors take.
    package init(
        _ shape: LayerShape, pairs: [FactorPair], channelMetrics: [Matrix] = [], energies: [Double] = [], costs: LayerCosts? = nil,
        storage: FactorStorage
    ) throws {
        self.shape = shape
        self.pairs = try pairs.map { try $0.stored(as: storage) }
        self.channelMetrics = channelMetrics
        self.energies = energies
        self.costs = costs ?? LayerCosts(shape, storable: [.factors], currency: .parameters)
        self.storage = storage
    }

    package var name: String { shape.name }

    /// Components that are left.
    package var rank: Int { pairs.first?.rank ?? 0 }

    package var isDense: Bool { rank >= shape.fullRank }

    /// Whether the layer is no longer as it is in the model.
    package var isChanged: Bool { !isDense || isForced }

    /// What the layer costs as it stands.
    package var cost: Double { costs.byRank[rank] }

    /// The form in which the layer is stored.
    package var form: StorageForm { isForced ? .factors : costs.form(rank: rank) }

    /// The elements that the layer takes as it is stored.
    package var parameters: Int { isChanged ? shape.parameters(rank: rank, form: form) : shape.parameters }

    /// The layer with other factors, in the same place.
    ///
    /// - Parameter energies: nil for those that it has.
    package func replacing(pairs: [FactorPair], channelMetrics: [Matrix], energies: [Double]? = nil) throws -> FactoredLayer {
        var layer = self
        layer.pairs = try pairs.map { try $0.stored(as: storage) }
        layer.channelMetrics = channelMetrics
        layer.energies = energies ?? layer.energies
        return layer
    }

    /// The layer whose map is that of this one times a factor.
    package func scaled(by factor: Double) throws -> FactoredLayer {
        let scaled = pairs.map { FactorPair(first: $0.first, second: $0.second.scaled(by: factor)) }
        return try replacing(pairs: scaled, channelMetrics: channelMetrics, energies: energies.map { $0 * factor * factor })
    }

    /// The layer with its components in a basis; its map stays the same.
    package func expressed(in basis: Basis, _ statistics: LayerStatistics) throws -> FactoredLayer {
        let components = try basis.components(of: pairs, statistics: statistics, name: shape.weightTitle)
        return try replacing(
            pairs: components.pairs, channelMetrics: basis.channelMetrics(statistics), energies: components.energies)
    }

    /// Some of the components, as the layer's scheme stores them.
    ///
    /// - Parameters:
    ///   - components: which to keep, in the order in which they are stored.
    ///   - scales: of each of these; nil for ones.
    package func keeping(_ components: some Collection<Int>, scales: [Double]? = nil) throws -> FactoredLayer {
        let components = Array(components)
        let kept = try pairs.enumerated().map { group, pair in
            try shape.storable(
                pair.keeping(components, scales: scales), metric: channelMetrics.isEmpty ? nil : channelMetrics[group])
        }
        // A narrowed layer may store other components than it was given.
        let ownEnergies =
            energies.count == rank ? zip(components, scales ?? components.map { _ in 1 }).map { energies[$0] * $1 * $1 } : []
        return try replacing(pairs: kept, channelMetrics: channelMetrics, energies: ownEnergies)
    }
}

extension LayerShape {
    /// What errors call the layer's matrices.
    package var weightTitle: String { "the weight of layer '\(name)'" }
}

extension [FactoredLayer] {
    /// Components that each layer has left.
    package var ranks: [Int] { map(\.rank) }

    /// What the layers cost together.
    package var cost: Double { reduce(0) { $0 + $1.cost } }

    /// Some components of each layer; see ``FactoredLayer/keeping(_:scales:)``.
    package func keeping(_ components: [[Int]], scales: [[Double]]? = nil) throws -> [FactoredLayer] {
        try indices.map { try self[$0].keeping(components[$0], scales: scales?[$0]) }
    }
}
