import LinearAlgebra
import LowRank
import Search

/// A network of one layer, 8 x 8, whose losses and times are given by rank: ranks 1 to 8 cost 15, 28, 39, 48, 55, 60, 63 and 64. With 36
/// other parameters it has 100 in all, so that costs and percent differ by 36.
///
/// Down the usual ladder, the uniform method passes ranks 4, 3, 2 and 1: 84, 75, 64 and 51 %.
final class TableNetwork: SearchedNetwork {
    let layer: FactoredLayer
    let original: CandidateLosses
    /// By rank: mean and standard error of the losses' differences.
    private let differences: [Int: (mean: Double, standardError: Double)]
    /// By rank; nil where time does not count.
    private let times: [Int: Double]?
    /// Ranks whose losses were asked for, in this order.
    private(set) var measured: [Int] = []
    /// Ranks whose times were asked for, in this order.
    private(set) var timed: [Int] = []

    private static let samples = 400

    enum TableError: Error {
        case notInTable(rank: Int)
        case needsNoGates
    }

    /// - Parameters:
    ///   - means: of the losses' differences, by rank from 4 down to 1.
    ///   - standardError: of all of them.
    ///   - times: by rank from 4 down to 1; nil where time does not count.
    ///   - predicted: of the layer by itself.
    init(
        _ means: [Double], standardError: Double = 0.001, times: [Double]? = nil, predicted: LayerTimes? = nil,
        operations: LayerOperations? = nil
    ) throws {
        let shape = LayerShape(name: "layer", rows: 8, columns: 8)
        layer = try FactoredLayer(
            shape, pairs: [FactorPair(whole: .identity(8))],
            costs: LayerCosts(shape, storable: [.pivoted], currency: .parameters, times: predicted, operations: operations),
            storage: .double)
        original = CandidateLosses(Array(repeating: 1, count: TableNetwork.samples))
        differences = Dictionary(uniqueKeysWithValues: means.enumerated().map { (4 - $0, ($1, standardError)) })
        self.times = times.map { Dictionary(uniqueKeysWithValues: $0.enumerated().map { (4 - $0, $1) }) }
    }

    func expressed(_ layers: consuming [FactoredLayer], in basis: Basis) throws -> [FactoredLayer] { layers }

    func sensitivities(
        of layers: [FactoredLayer], at moment: GateMoment, towards target: SearchTarget
    ) throws -> [ComponentSensitivities] {
        throw TableError.needsNoGates
    }

    func losses(of layers: [FactoredLayer]) throws -> CandidateLosses {
        let rank = layers[0].rank
        measured.append(rank)
        guard rank < 8 else { return original }
        guard let (mean, standardError) = differences[rank] else { throw TableError.notInTable(rank: rank) }
        // Of n differences half a step above and half below, the standard error is step / sqrt(n - 1).
        let step = standardError * Double(TableNetwork.samples - 1).squareRoot()
        return CandidateLosses(original.losses.enumerated().map { $1 + mean + ($0 % 2 == 0 ? step : -step) })
    }

    func latencyShare(of layers: [FactoredLayer]) throws -> Double? {
        guard let times else { return nil }
        let rank = layers[0].rank
        timed.append(rank)
        return times[rank] ?? 1
    }

    /// What a planner chooses on it.
    ///
    /// - Parameters:
    ///   - merged: parameters that it holds twice.
    ///   - operations: of the whole network.
    ///   - milliseconds: of the whole network.
    func choice(_ goal: Goal, merged: Int = 0, operations: Int? = nil, milliseconds: Double? = nil) throws -> Choice {
        let totals = ModelTotals(parameters: 100, mergedParameters: merged, operations: operations, milliseconds: milliseconds)
        let costs = ModelCosts([layer.costs], currency: .parameters, totals: totals)
        return try Planner(self, MethodRecipe(basis: .plain, allocation: .uniform), costs: costs, goal: goal).choose(from: [layer])
    }
}

extension Choice {
    /// The rank of the chosen point's only layer.
    var rank: Int? { point?.layers.first?.rank }

    /// nil where there is a point.
    var refusal: Refusal? { if case .nothing(let refusal) = result { refusal } else { nil } }
}
