internal import LowRank

/// The methods that decide once: components and ranks from one look at the original, no matter how far they go from it.
package struct OneShotSearch {
    private let network: any SearchedNetwork
    private let layers: [FactoredLayer]
    private let allocator: any Allocator
    /// nil for methods without.
    private let gates: OrderedGates?

    /// Collects the gates of the layers, for the methods that want them.
    ///
    /// - Parameter layers: in the method's basis.
    package init(_ network: any SearchedNetwork, _ allocation: MethodRecipe.Allocation, layers: [FactoredLayer]) throws {
        self.network = network
        self.layers = layers
        let costs = layers.map(\.costs.byRank)
        func gates(by order: ComponentOrder) throws -> OrderedGates {
            OrderedGates(try network.sensitivities(of: layers, at: .stage(0), towards: .labels), by: order)
        }
        switch allocation {
        case .uniform, .joint:
            (allocator, self.gates) = (UniformAllocator(costs: costs), nil)
        case .normalisedEnergy:
            (allocator, self.gates) = (PricedAllocator(normalisedEnergies: layers.map(\.energies), costs: costs), nil)
        case .energy:
            (allocator, self.gates) = (PricedAllocator(energies: layers.map(\.energies), costs: costs), nil)
        case .zeroSum:
            let gates = try gates(by: .singularValue)
            (allocator, self.gates) = (ZeroSumAllocator(curves: gates.curves, costs: costs), gates)
        case .firstOrder:
            let gates = try gates(by: .fisher)
            (allocator, self.gates) = (PricedAllocator(curves: gates.curves, costs: costs), gates)
        }
    }

    /// Walks down a ladder of costs; see ``StagedSearch/walk(from:down:visit:)``.
    package func walk(down ladder: Ladder, visit: FrontierWalk.Visit) throws {
        var current = layers
        while let limit = try ladder.limit(below: current) {
            guard let next = try layers(costAtMost: limit) else { return }
            current = next
            guard try visit(point(current), true) else { return }
        }
    }

    /// What the method keeps at a cost; nil where it cannot be reached.
    func layers(costAtMost limit: Double) throws -> [FactoredLayer]? {
        guard let ranks = try allocator.ranks(costAtMost: limit) else { return nil }
        var kept = try layers.keeping(gates?.kept(ranks) ?? ranks.map { Array(0..<$0) })
        if let gates {
            for index in kept.indices { kept[index].prediction = RankPrediction(gates.curves[index], rank: ranks[index]) }
        }
        return kept
    }

    private func point(_ kept: [FactoredLayer]) throws -> FrontierPoint {
        var point = try network.point(kept, network.losses(of: kept), by: .labels)
        if gates != nil {
            point.step = FrontierPoint.Step(predicted: kept.reduce(0) { $0 + ($1.prediction?.change ?? 0) }, point.comparison)
        }
        return point
    }
}
