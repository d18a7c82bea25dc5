internal import LowRank

/// What a search goes by: the cost of all layers that may be factored, and the size of the model that they belong to.
package struct ModelCosts: Sendable {
    /// What the layers cost as they are in the model.
    package let dense: Double
    /// The least that the layers can cost together.
    package let smallest: Double
    /// The smallest share of the model's parameters that can be reached.
    package let smallestShare: Double
    /// Parameters of the whole model.
    package let totalParameters: Int
    /// Parameters that the model holds twice, and that go whatever the ranks.
    package let mergedParameters: Int
    private let currency: CostCurrency
    /// Multiply-accumulates of the whole model; nil where they are not known.
    private let totalOperations: Int?
    /// Parameters of the dense layers.
    private let treatedParameters: Int

    /// - Parameters:
    ///   - layers: that may be factored.
    ///   - currency: that of the layers' costs.
    ///   - totalOperations: of the whole model; nil where they are not known, or do not count.
    package init(
        _ layers: [LayerCosts], currency: CostCurrency, totalParameters: Int, mergedParameters: Int = 0, totalOperations: Int? = nil
    ) {
        self.currency = currency
        self.totalOperations = totalOperations
        self.totalParameters = totalParameters
        self.mergedParameters = mergedParameters
        dense = layers.reduce(0) { $0 + $1.dense }
        smallest = layers.reduce(0) { $0 + ($1.byRank.min() ?? 0) }
        treatedParameters = layers.reduce(0) { $0 + $1.shape.parameters }
        let parameters = layers.reduce(totalParameters - mergedParameters) {
            $0 - $1.shape.parameters + $1.parameters(rank: $1.cheapestRank)
        }
        smallestShare = Double(parameters) / Double(totalParameters)
    }

    /// Parameters of the whole model with the layers as they stand.
    package func parameters(of layers: [FactoredLayer]) -> Int {
        layers.reduce(totalParameters - mergedParameters) { $0 - $1.shape.parameters + $1.parameters }
    }

    /// The share of the model's parameters that stays with the layers as they stand.
    package func keptShare(of layers: [FactoredLayer]) -> Double { Double(parameters(of: layers)) / Double(totalParameters) }

    /// What the layers may cost together at a share of the model's parameters or multiply-accumulates, or of the layers' time.
    package func limit(forShare share: Double) -> Double {
        switch currency {
        case .milliseconds: return share * dense
        case .operations:
            let total = totalOperations.map(Double.init) ?? dense
            return (share * total).rounded(.down) - (total - dense)
        case .parameters, .parametersIfNotSlower: break
        }
        return (share * Double(totalParameters)).rounded(.down) - (Double(totalParameters - mergedParameters) - Double(treatedParameters))
    }

    /// What a point of a walk costs at most of the one before.
    private static let step = 0.85
    /// Points of a walk.
    private static let mostLimits = 24

    /// Descending costs for the points of a walk.
    ///
    /// - Parameter share: of all parameters, where the walk ends; costs in milliseconds end where nothing is left to save.
    package func ladder(downTo share: Double?) -> [Double] {
        let isInParameters = currency == .parameters || currency == .parametersIfNotSlower
        let asked = isInParameters ? share.map { limit(forShare: $0) } : nil
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
