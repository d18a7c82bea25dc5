internal import LowRank

/// What a search goes by: the cost of all layers that may be factored, and the size of the model that they belong to.
package struct ModelCosts: Sendable {
    /// What the layers cost as they are in the model.
    package let dense: Double
    /// The least that the layers can cost together.
    package let smallest: Double
    package let totals: ModelTotals
    private let currency: CostCurrency
    /// What the layers take, each at its cheapest rank.
    private let cheapest: [Targets.Unit: Double]
    /// What the dense layers take.
    private let treated: [Targets.Unit: Double]

    /// - Parameters:
    ///   - layers: that may be factored.
    ///   - currency: that of the layers' costs.
    ///   - totals: of the whole model.
    package init(_ layers: [LayerCosts], currency: CostCurrency, totals: ModelTotals) {
        self.currency = currency
        self.totals = totals
        dense = layers.reduce(0) { $0 + $1.dense }
        smallest = layers.reduce(0) { $0 + ($1.byRank.min() ?? 0) }
        func sums(_ rank: (LayerCosts) -> Int) -> [Targets.Unit: Double] {
            Dictionary(
                uniqueKeysWithValues: Targets.Unit.allCases.map { unit in
                    (unit, layers.reduce(0) { $0 + ($1.amount(of: unit, rank: rank($1)) ?? 0) })
                })
        }
        treated = sums(\.shape.fullRank)
        cheapest = sums(\.cheapestRank)
    }

    /// Parameters of the whole model with the layers as they stand.
    package func parameters(of layers: [FactoredLayer]) -> Int {
        layers.reduce(totals.parameters - totals.mergedParameters) { $0 - $1.shape.parameters + $1.parameters }
    }

    /// The share of the model's parameters that stays with the layers as they stand.
    package func keptShare(of layers: [FactoredLayer]) -> Double { Double(parameters(of: layers)) / Double(totals.parameters) }

    /// The share of the model that stays with the layers as they stand, in a unit; that of time as the layers by themselves predict it. Nil where the unit
    /// does not count.
    package func share(of layers: [FactoredLayer], in unit: Targets.Unit) -> Double? {
        guard unit != .parameters else { return keptShare(of: layers) }
        return share(layers.reduce(0) { $0 + ($1.costs.amount(of: unit, rank: $1.rank) ?? 0) }, in: unit)
    }

    /// The smallest share of the model that the cheapest ranks leave, in a unit; see ``share(of:in:)``.
    package func smallestShare(in unit: Targets.Unit) -> Double? { share(cheapest[unit] ?? 0, in: unit) }

    /// The smallest share of the model's parameters that can be reached.
    package var smallestShare: Double { smallestShare(in: .parameters) ?? 1 }

    /// - Parameter amount: that the layers take.
    private func share(_ amount: Double, in unit: Targets.Unit) -> Double? {
        total(unit).map { (amount + untreated(unit, of: $0)) / $0 }
    }

    /// What all of the model takes.
    private func total(_ unit: Targets.Unit) -> Double? {
        switch unit {
        case .parameters: Double(totals.parameters)
        case .operations: totals.operations.map(Double.init)
        // Layers by themselves may take longer than within the model.
        case .latency: totals.milliseconds.map { max($0, treated[.latency] ?? 0) }
        }
    }

    /// What all but the layers takes.
    private func untreated(_ unit: Targets.Unit, of total: Double) -> Double {
        total - (unit == .parameters ? Double(totals.mergedParameters) : 0) - (treated[unit] ?? 0)
    }

    /// What the layers may cost together for a share of what the model costs.
    package func limit(forShare share: Double) -> Double {
        func limit(_ unit: Targets.Unit) -> Double {
            let total = total(unit) ?? treated[unit] ?? 0
            let asked = unit == .latency ? share * total : (share * total).rounded(.down)
            return asked - untreated(unit, of: total)
        }
        switch currency {
        case .parameters, .parametersIfNotSlower: return limit(.parameters)
        case .operations: return limit(.operations)
        case .milliseconds: return limit(.latency)
        case .parametersAndTime(let parameters, let milliseconds):
            let others = [(Targets.Unit.parameters, parameters), (.latency, milliseconds)].reduce(0) { sum, unit in
                sum + untreated(unit.0, of: unit.1) / unit.1
            }
            return 2 * share - others
        }
    }

    /// The unit that costs are counted in; nil where they are of several, or are measured by the whole model.
    package var unit: Targets.Unit? {
        switch currency {
        case .parameters, .parametersIfNotSlower: .parameters
        case .operations: .operations
        case .milliseconds, .parametersAndTime: nil
        }
    }

    /// What the model costs with the layers as they stand, as a share of what the original costs.
    package func costShare(of layers: [FactoredLayer]) -> Double {
        let whole = limit(forShare: 1)
        let others = -limit(forShare: 0)
        return (layers.cost + others) / (whole + others)
    }

    /// What a point of a walk costs at most of the one before.
    private static let step = 0.85
    /// Points of a walk.
    private static let mostLimits = 24

    /// Descending costs for the points of a walk.
    ///
    /// - Parameter share: of the model's cost, where the walk ends; nil for where nothing is left to save.
    package func ladder(downTo share: Double?) -> [Double] {
        let asked = share.map { limit(forShare: $0) }
        let last = max(asked ?? 0, smallest)
        var limits: [Double] = []
        var next = dense * ModelCosts.step
        while next > last * 1.02, limits.count < ModelCosts.mostLimits {
            limits.append(next)
            next *= ModelCosts.step
        }
        return limits + (asked == nil ? [] : [last])
    }
}

extension LayerCosts {
    /// What the layer takes at a rank; nil where that is not known, or does not count.
    fileprivate func amount(of unit: Targets.Unit, rank: Int) -> Double? {
        switch unit {
        case .parameters: Double(parameters(rank: rank))
        case .operations: operations(rank: rank).map(Double.init)
        case .latency: milliseconds(rank: rank)
        }
    }
}
