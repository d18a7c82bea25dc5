internal import LowRank

/// What methods that decide once would choose at the same cost: a point of the joint method must be better than theirs, or theirs is taken.
///
/// Where few samples say little about many directions, plain singular values may be the best there is.
struct Rivals {
    private let network: any SearchedNetwork
    private let searches: [OneShotSearch]

    /// - Parameter layers: all components, in the basis of the joint method.
    init(_ network: any SearchedNetwork, layers: [FactoredLayer]) throws {
        self.network = network
        searches = [
            try OneShotSearch(network, .energy, layers: layers),
            try OneShotSearch(network, .normalisedEnergy, layers: network.expressed(layers, in: .plain)),
            try OneShotSearch(network, .zeroSum, layers: network.expressed(layers, in: .inputWhitened)),
        ]
    }

    /// The best of a point and of the rivals' at the same limit, by the point's own target.
    func best(against point: FrontierPoint, costAtMost limit: Double) throws -> FrontierPoint {
        // Where labels help, none of these knows of them.
        guard point.target != .labels else { return point }
        var best = point
        for search in searches {
            guard let layers = try search.layers(costAtMost: limit) else { continue }
            let rival = try network.point(layers, network.losses(of: layers), by: point.target)
            if rival.pessimisticDifference < best.pessimisticDifference { best = rival }
        }
        return best
    }
}
