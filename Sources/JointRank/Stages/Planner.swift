internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import Reporting

/// Walks a method's frontier, and chooses a point on it, or takes the ranks that the user prescribes.
struct Planner {
    let calibrator: Calibrator
    let measurement: SelectMeasurement
    let costs: LayerCosts
    let options: CompressionOptions
    let recipe: MethodRecipe
    let journal: Journal
    /// The measured time of a point's model as a share of the original's; nil where time does not count.
    let latencyShare: ((FrontierPoint) throws -> Double)?

    /// What was chosen, and why.
    struct Choice {
        enum Result {
            /// The point, and the layers whose rank was prescribed.
            case point(FrontierPoint, forced: Set<Int>)
            case nothing(reason: String)
        }

        let result: Result
        /// All that was measured on the way to it.
        let walk: CompressionReport.Walk
    }

    /// - Parameters:
    ///   - layers: all components, in the basis of the method.
    ///   - energies: squared singular values by layer and component.
    func choose(_ layers: FactoredLayers, energies: [[Double]]) throws -> Choice {
        guard !layers.layers.isEmpty else { return choice(.nothing(reason: "no layer of the model can be factored"), among: []) }
        guard options.forcedRanks.isEmpty else { return try prescribed(layers) }
        guard options.keepParameters ?? 1 >= costs.smallestShare else { return choice(.nothing(reason: unreachable), among: []) }
        var points: [FrontierPoint] = []
        let walk = FrontierWalk(calibrator: calibrator, measurement: measurement, costs: costs, recipe: recipe, journal: journal)
        try walk.run(
            from: layers, energies: energies, limits: costs.ladder(downTo: options.keepParameters, optimize: options.optimize)
        ) { point, _ in
            points.append(point)
            return goesOn(after: points)
        }
        let merged = try merged(layers)
        let result =
            switch options.mode {
            case .lossless: try lossless(points + merged)
            case .compact: try compact(points, otherwise: merged)
            }
        guard case .point(let point, let forced) = result else { return choice(result, among: points + merged) }
        let refined = try walk.refined(point)
        let isNew = refined.comparison != point.comparison
        return choice(.point(refined, forced: forced), among: points + merged + (isNew ? [refined] : []))
    }

    /// The model that is smaller only because weights that the file holds twice are one, where there are such.
    private func merged(_ layers: FactoredLayers) throws -> [FrontierPoint] {
        guard calibrator.model.merged.weights > 0 else { return [] }
        return [try .unchanged(layers, cost: costs.dense, losses: measurement.originalLosses)]
    }

    // MARK: The walk

    /// Without a size to reach, a walk ends where two points in a row are worse than they may be beyond doubt.
    private func goesOn(after points: [FrontierPoint]) -> Bool {
        guard options.keepParameters == nil else { return true }
        let tolerance = options.tolerance ?? 0
        return points.suffix(2).count < 2
            || points.suffix(2).contains { $0.comparison.difference - 2 * $0.comparison.standardError <= tolerance }
    }

    // MARK: The choice

    /// In standard errors: every stage chooses what measures best on the select samples, so that these flatter the points in the end.
    private static let usualMargin = 2.0

    private func lossless(_ points: [FrontierPoint]) throws -> Choice.Result {
        let small = points.filter { point in options.keepParameters.map { isWithin($0, point) } ?? true }
        guard !small.isEmpty else { return .nothing(reason: unreachable) }
        let tolerance = options.tolerance ?? 0
        let allowed = small.filter { options.keepParameters != nil || $0.comparison.difference <= tolerance }
        guard !allowed.isEmpty else { return .nothing(reason: unacceptable) }
        guard let best = try firstFastEnough(allowed.sorted { $0.comparison.difference < $1.comparison.difference }) else {
            return .nothing(reason: slower)
        }
        return .point(best, forced: [])
    }

    private func compact(_ points: [FrontierPoint], otherwise merged: [FrontierPoint]) throws -> Choice.Result {
        let tolerance = options.tolerance ?? 0
        let allowed = points.filter { $0.margin(tolerance: tolerance) >= 0 }
        guard !(allowed + merged).isEmpty else { return .nothing(reason: unacceptable) }
        // Where no point keeps the usual margin, those with the largest margins are the likeliest to pass.
        let safe = allowed.filter { $0.margin(tolerance: tolerance) >= Planner.usualMargin }
        let others = allowed.filter { $0.margin(tolerance: tolerance) < Planner.usualMargin }
            .sorted { $0.margin(tolerance: tolerance) > $1.margin(tolerance: tolerance) }
        guard let best = try firstFastEnough(safe.reversed() + others + merged) else { return .nothing(reason: slower) }
        if let share = options.keepParameters, !isWithin(share, best) {
            let reached = costs.keptShare(at: best.layers.ranks)
            return .nothing(
                reason:
                    "the smallest acceptable model keeps \(NumberText.percent(reached)) of the parameters, more than --keep-params asks for"
            )
        }
        return .point(best, forced: [])
    }

    /// The first point that is measured to be no slower than the original, where time counts.
    private func firstFastEnough(_ points: [FrontierPoint]) throws -> FrontierPoint? {
        guard let latencyShare else { return points.first }
        return try points.first { try latencyShare($0) <= 1 }
    }

    private var slower: String {
        "every smaller model with an acceptable loss is slower on this machine; --optimize size ignores time"
    }

    private var unacceptable: String {
        "no smaller model has a loss on the \(calibrator.selectCount) select samples that is acceptable"
    }

    private var unreachable: String {
        let more = options.optimize == .size ? "" : "; --optimize size, which ignores time, may go further"
        return
            "--keep-params \(options.keepParameters ?? 0) cannot be reached: the lowest ranks keep \(NumberText.percent(costs.smallestShare)) of the parameters\(more)"
    }

    private func isWithin(_ share: Double, _ point: FrontierPoint) -> Bool { costs.keptShare(at: point.layers.ranks) <= share }

    // MARK: Prescribed ranks

    private func prescribed(_ layers: FactoredLayers) throws -> Choice {
        let prescribed = try PrescribedRanks(options.forcedRanks, for: layers.layers, in: calibrator.catalogue).ranks
        let ranks = layers.ranks.enumerated().map { prescribed[$0] ?? $1 }
        let kept = try layers.keeping(ranks.map { Array(0..<$0) })
        let point = FrontierPoint(layers: kept, cost: costs.cost(of: ranks), comparison: try measurement.comparison(of: kept))
        return choice(.point(point, forced: Set(prescribed.keys)), among: [point])
    }
}
