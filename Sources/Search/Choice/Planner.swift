internal import LowRank

/// Walks a method's frontier and chooses a point on it, or takes the ranks that the user asks for.
package struct Planner {
    let network: any SearchedNetwork
    private let recipe: MethodRecipe
    let costs: ModelCosts
    let goal: Goal

    /// Of the original's time, that a result may take where time counts: a stopwatch is not exact, and a result must not be slower.
    static let largestTime = 0.97

    package init(_ network: any SearchedNetwork, _ recipe: MethodRecipe, costs: ModelCosts, goal: Goal) {
        self.network = network
        self.recipe = recipe
        self.costs = costs
        self.goal = goal
    }

    /// - Parameter layers: all components, in the basis of the method.
    package func choose(from layers: [FactoredLayer]) throws -> Choice {
        guard !layers.isEmpty else { return choice(.nothing(.noLayers), among: []) }
        if let shortfall { return choice(.nothing(.unreachable(shortfall)), among: []) }
        let walk = FrontierWalk(network, recipe)
        var points: [FrontierPoint] = []
        try walk.run(from: layers, down: ladder()) { point, _ in
            points.append(point)
            return goesOn(after: points)
        }
        let merged = try merged(layers)
        let result =
            switch goal.mode {
            case .lossless: try lossless(points + merged)
            case .compact: try compact(points, otherwise: merged)
            }
        guard case .point(let point) = result else {
            // A search with the mildest limits that would do is to find that done.
            if goal.keepsWork, let next = goal.acceptance.next(points.filter(keepsTargets)) { _ = try walk.refined(next.point) }
            return choice(result, among: points + merged)
        }
        let refined = try walk.refined(point)
        // A better loss may come with more answers that change, which widens the bound of their fall.
        let acceptance = goal.acceptance
        let isSafe = acceptance.margin(refined) >= min(Acceptance.usualMargin, acceptance.margin(point))
        let isTaken =
            switch goal.mode {
            case .compact: isSafe
            // A size that is asked for wants the original's answers; without one the lower loss does, which these may take back.
            case .lossless: !goal.targets.isEmpty || refined.strict.difference <= point.strict.difference && acceptance.holds(refined)
            }
        let taken = isTaken ? refined : point
        let isNew = taken.comparison != point.comparison
        let final = try relearned(taken, from: layers)
        return choice(.point(final), among: points + merged + (isNew || final.isRelearned ? [final] : []))
    }

    /// The point learned again from all samples, where the verdict can do without the select samples, and where the other ranks that it may have
    /// keep to what is asked for as well.
    private func relearned(_ point: FrontierPoint, from layers: [FactoredLayer]) throws -> FrontierPoint {
        guard !goal.restsOnSelect else { return point }
        var relearning = Relearning(network, recipe, from: layers)
        let relearned = try relearning.relearned(point)
        guard relearned.isRelearned, keepsTargets(relearned) || !keepsTargets(point) else { return point }
        return try firstFastEnough([relearned]) ?? point
    }

    /// Takes the given ranks, whatever the loss.
    ///
    /// - Parameters:
    ///   - layers: all components, in the basis of the method.
    ///   - ranks: by the names of layers.
    package func force(_ ranks: [String: Int], on layers: [FactoredLayer]) throws -> Choice {
        guard !layers.isEmpty else { return choice(.nothing(.noLayers), among: []) }
        let forced = try layers.map { layer in
            guard let rank = ranks[layer.name] else { return layer }
            var forced = try layer.keeping(0..<rank)
            forced.isForced = true
            return forced
        }
        let point = try network.point(forced, network.losses(of: forced), by: .labels)
        return choice(.point(point), among: [point])
    }

    private func choice(_ result: Choice.Result, among points: [FrontierPoint]) -> Choice {
        let areCounted = goal.targets.asked.contains { $0.unit != .latency }
        return Choice(result, among: points, costs: costs, isSmallEnough: areCounted ? keepsTargets : nil)
    }

    /// The model that is smaller only because weights that the file holds twice are one, where there are such.
    private func merged(_ layers: [FactoredLayer]) throws -> [FrontierPoint] {
        guard costs.totals.mergedParameters > 0 else { return [] }
        return [try .unchanged(layers, network.original)]
    }

    /// Without a size to reach, a walk ends after two points in a row that are clearly worse than allowed, or clearly cannot pass.
    /// As long as nothing is acceptable, that is with the mildest limits that a point would need: whoever goes on with these finds the walk done.
    private func goesOn(after points: [FrontierPoint]) -> Bool {
        guard goal.targets.isEmpty, points.count >= 2 else { return true }
        let acceptance = goal.acceptance
        let isFound = points.contains { goal.mode == .compact ? acceptance.margin($0) >= 0 : acceptance.holds($0) }
        let milder = isFound ? nil : acceptance.next(points).map { acceptance.with($0.limits) }
        let last = milder ?? acceptance
        return points.suffix(2).contains { goal.mode == .compact ? !last.cannotPass($0) : !last.isHopeless($0) }
    }

    private func lossless(_ points: [FrontierPoint]) throws -> Choice.Result {
        let small = points.filter { keepsTargets($0) }
        guard !small.isEmpty else { return .nothing(points.last.flatMap(exceeded(by:)).map { .unreachable($0) } ?? .unacceptable) }
        let allowed = small.filter { !goal.targets.isEmpty || goal.acceptance.holds($0) }
        guard !allowed.isEmpty else { return .nothing(.unacceptable) }
        // Where nothing may be worse, softer or sharper logits count for nothing.
        let isStrict = goal.targets.isEmpty && goal.acceptance.limits.areNone
        func change(_ point: FrontierPoint) -> Double { (isStrict ? point.strict : point.comparison).difference }
        let best = try firstFastEnough(allowed.sorted { change($0) < change($1) })
        return try best.map { .point($0) } ?? .nothing(tooSlow(allowed))
    }

    private func compact(_ points: [FrontierPoint], otherwise merged: [FrontierPoint]) throws -> Choice.Result {
        func margin(_ point: FrontierPoint) -> Double { goal.acceptance.margin(point) }
        let acceptable = points.filter { margin($0) >= 0 }
        guard !(acceptable + merged).isEmpty else { return .nothing(.unacceptable) }
        let (allowed, small) = (acceptable.filter(keepsTargets), merged.filter(keepsTargets))
        guard !(allowed + small).isEmpty else {
            let least = (acceptable + merged).compactMap(exceeded(by:)).min { $0.share < $1.share }
            return .nothing(least.map { .tooLarge($0) } ?? .unacceptable)
        }
        // Where no point keeps the usual margin, those with the largest margins are the likeliest to pass.
        let safe = allowed.filter { margin($0) >= Acceptance.usualMargin }
        let others = allowed.filter { margin($0) < Acceptance.usualMargin }.sorted { margin($0) > margin($1) }
        return try firstFastEnough(safe.reversed() + others + small).map { .point($0) } ?? .nothing(tooSlow(allowed + small))
    }

    /// The first point that is measured to be as fast as is asked for, and no slower than the original, where time counts.
    private func firstFastEnough(_ points: [FrontierPoint]) throws -> FrontierPoint? {
        try points.first { point in
            let limit = min(goal.targets[.latency] ?? 1, point.layers.contains(where: \.isChanged) ? Planner.largestTime : 1)
            return try latencyShare(of: point) ?? 0 <= limit
        }
    }

    /// Measured, or where that is not possible as the layers by themselves predict it; nil where time does not count.
    private func latencyShare(of point: FrontierPoint) throws -> Double? {
        try network.latencyShare(of: point.layers) ?? costs.share(of: point.layers, in: .latency)
    }

    /// Why none of these points is fast enough.
    private func tooSlow(_ points: [FrontierPoint]) throws -> Choice.Refusal {
        guard let asked = goal.targets[.latency] else { return .slower }
        let least = try points.compactMap { try latencyShare(of: $0) }.min() ?? 1
        return least > asked ? .tooLarge(Targets.Share(.latency, least)) : .slower
    }
}
