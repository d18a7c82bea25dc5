internal import LowRank

/// What methods that decide once would choose at the same cost: a point of the joint method must be better than theirs, or theirs is taken.
///
/// Where few samples say little about many directions, plain singular values may be the best there is: no sample has a say in them. So there they
/// are refined before they are compared, as the joint method's point has been on its way, and taken in case of doubt: the select samples, on which each
/// stage was chosen, flatter that point.
struct Rivals {
    private let network: any SearchedNetwork
    private let singularValues: OneShotSearch
    private let others: [OneShotSearch]
    private let refinement: Refinement

    /// Refined is what changes answers by no more than so many times what the joint method's point does.
    private static let reach = 2.0

    /// - Parameter layers: all components, in the basis of the joint method.
    init(_ network: any SearchedNetwork, _ recipe: MethodRecipe, layers: [FactoredLayer]) throws {
        self.network = network
        singularValues = try OneShotSearch(singularValuesOf: layers, network)
        others = [
            try OneShotSearch(network, .energy, layers: layers),
            try OneShotSearch(network, .zeroSum, layers: network.expressed(layers, in: .inputWhitened)),
        ]
        refinement = Refinement(network, basis: recipe.basis, pieces: recipe.pieces)
    }

    /// The best of a point and of the rivals' at the same limit, by the point's own target.
    func best(against point: FrontierPoint, costAtMost limit: Double) throws -> FrontierPoint {
        // Where labels help, none of these knows of them.
        guard point.target != .labels else { return point }
        func measured(_ layers: [FactoredLayer], path: [SearchStep]? = nil) throws -> FrontierPoint {
            try network.point(layers, network.losses(of: layers), by: point.target, path: path)
        }
        func better(_ one: FrontierPoint, _ other: FrontierPoint) -> FrontierPoint {
            other.pessimisticDifference < one.pessimisticDifference ? other : one
        }
        let best = try others.compactMap { try $0.layers(costAtMost: limit) }.map { try measured($0) }.reduce(point, better)
        guard let layers = try singularValues.layers(costAtMost: limit) else { return best }
        let plain = try measured(layers, path: [.singularValues(cost: layers.cost)])
        guard network.hasFewSamples, plain.objective.difference < Rivals.reach * point.objective.difference else {
            return better(best, plain)
        }
        let restored = try refinement.restored(plain)
        return try isBeyondDoubt(best, betterThan: restored) ? best : restored
    }

    /// Whether the select samples find a point better than another one by two standard errors.
    private func isBeyondDoubt(_ point: FrontierPoint, betterThan other: FrontierPoint) throws -> Bool {
        let (own, others) = (try network.losses(of: point.layers), try network.losses(of: other.layers))
        let change = try PairedComparison(before: others.objective(point.target), after: own.objective(point.target))
        return change.difference + 2 * change.standardError < 0
    }
}

extension OneShotSearch {
    /// The search by singular values, which learns nothing from samples.
    ///
    /// - Parameter layers: all components, in any basis.
    init(singularValuesOf layers: [FactoredLayer], _ network: any SearchedNetwork) throws {
        try self.init(network, .normalisedEnergy, layers: network.expressed(layers, in: .plain))
    }
}
