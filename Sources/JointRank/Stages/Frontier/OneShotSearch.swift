internal import LinearAlgebra
internal import LowRank

/// The methods that decide once: components and ranks from one look at the original, no matter how far they go from it.
struct OneShotSearch {
    let measurement: SelectMeasurement
    let costs: [RankCosts]
    private let layers: FactoredLayers
    private let allocator: any Allocator
    private let gates: OrderedGates?

    /// - Parameters:
    ///   - layers: in the method's basis.
    ///   - energies: squared singular values by layer and component.
    ///   - sensitivities: collects the gates of `layers`, for the methods that want them.
    init(
        _ allocation: MethodRecipe.Allocation, layers: FactoredLayers, energies: [[Double]], costs: [RankCosts],
        measurement: SelectMeasurement, sensitivities: () throws -> [ComponentSensitivities]
    ) throws {
        self.layers = layers
        self.costs = costs
        self.measurement = measurement
        switch allocation {
        case .uniform, .joint:
            (allocator, gates) = (UniformAllocator(costs: costs), nil)
        case .normalisedEnergy:
            (allocator, gates) = (PricedAllocator(normalisedEnergies: energies, costs: costs), nil)
        case .energy:
            (allocator, gates) = (PricedAllocator(energies: energies, costs: costs), nil)
        case .zeroSum:
            let gates = OrderedGates(try sensitivities(), by: .singularValue)
            (allocator, self.gates) = (ZeroSumAllocator(curves: gates.curves, costs: costs), gates)
        case .firstOrder:
            let gates = OrderedGates(try sensitivities())
            (allocator, self.gates) = (PricedAllocator(curves: gates.curves, costs: costs), gates)
        }
    }

    /// Walks down a ladder of costs; see ``StagedSearch/walk(from:limits:visit:)``.
    func walk(limits: [Double], visit: FrontierWalk.Visit) throws {
        var last: [Int] = []
        for limit in limits {
            guard let ranks = try allocator.ranks(costAtMost: limit) else { return }
            guard ranks != last else { continue }
            last = ranks
            let order = gates?.order ?? layers.ranks.map { Array(0..<$0) }
            let kept = try layers.keeping(zip(order, ranks).map { Array($0.prefix($1)) })
            let predictions = gates.map { gates in
                zip(gates.curves, ranks).map { curve, rank -> FrontierPoint.Prediction? in
                    FrontierPoint.Prediction(
                        firstOrder: curve.firstOrder[rank], curvature: curve.quadratic[rank], isInRange: curve.isInRange(rank: rank))
                }
            }
            let comparison = try measurement.comparison(of: kept)
            let step = predictions.map { predictions in
                FrontierPoint.Step(
                    predicted: predictions.reduce(0) { $0 + ($1.map { $0.firstOrder + $0.curvature } ?? 0) },
                    measured: comparison.difference, standardError: comparison.standardError)
            }
            let point = FrontierPoint(
                layers: kept, cost: zip(costs, ranks).reduce(0) { $0 + $1.0[$1.1] }, comparison: comparison, predictions: predictions ?? [],
                step: step)
            guard try visit(point, true) else { return }
        }
    }
}
