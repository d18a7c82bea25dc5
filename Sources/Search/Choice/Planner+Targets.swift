internal import LowRank

/// The way to what is asked for.
extension Planner {
    /// Layers by themselves only predict the time of the whole, which may come out so much lower.
    private static let doubtOfTime = 0.9
    /// A share this much above what is asked for is near, and how much of a longer way is gone at once.
    private static let (near, caution) = (0.01, 0.6)

    /// The first target that no ranks can reach, with the smallest share that they can; nil where all may be reached.
    var shortfall: Targets.Share? {
        for asked in goal.targets.asked {
            guard let smallest = costs.smallestShare(in: asked.unit) else { continue }
            if asked.share < smallest * (asked.unit == .latency ? Planner.doubtOfTime : 1) { return Targets.Share(asked.unit, smallest) }
        }
        return nil
    }

    /// The stops of the walk. It ends where all targets are reached, if that can be told from what layers cost, at the very cost.
    func ladder() -> Ladder {
        guard let only = goal.targets.asked.first else { return Ladder(costs.ladder(downTo: nil)) }
        if goal.targets.asked.count == 1, only.unit == costs.unit {
            let limits = costs.ladder(downTo: only.share)
            // What is larger than was asked for is not chosen, however good it is.
            return Ladder(goal.mode == .lossless ? Array(limits.suffix(1)) : limits)
        }
        return Ladder(costs.ladder(downTo: nil) + [costs.smallest]) { layers in
            var wanted: [Double] = []
            for asked in goal.targets.asked {
                let measured = asked.unit == .latency && layers.cost < costs.dense ? try network.latencyShare(of: layers) : nil
                guard let share = measured ?? costs.share(of: layers, in: asked.unit) else { continue }
                let limit = limit(asked)
                guard share > limit else { continue }
                guard share < 1, layers.cost < costs.dense else { return .less }
                // As if each share fell in proportion to the cost, and not all of the way, as long as it is far.
                let further = (share - limit) * (share - limit < Planner.near ? 1 : Planner.caution)
                wanted.append(costs.dense - (costs.dense - layers.cost) * (1 - share + further) / (1 - share))
            }
            return wanted.min().map { .cost($0) } ?? .nothing
        }
    }

    /// What may be left: of time never more than what counts as no slower.
    private func limit(_ asked: Targets.Share) -> Double {
        asked.unit == .latency ? min(asked.share, Planner.largestTime) : asked.share
    }

    /// Whether a point is as small as is asked for, as far as that is counted and not measured.
    func keepsTargets(_ point: FrontierPoint) -> Bool { exceeded(by: point) == nil }

    /// What a point keeps more of than is asked for, as far as that is counted and not measured.
    func exceeded(by point: FrontierPoint) -> Targets.Share? {
        for asked in goal.targets.asked where asked.unit != .latency {
            if let share = costs.share(of: point.layers, in: asked.unit), share > asked.share { return Targets.Share(asked.unit, share) }
        }
        return nil
    }
}
