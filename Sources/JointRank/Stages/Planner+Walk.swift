internal import LowRank
internal import Reporting

extension Planner {
    /// A result with the points that it was chosen from, without their layers.
    func choice(_ result: Choice.Result, among points: [FrontierPoint]) -> Choice {
        var chosen: Int?
        if case .point(let point, let forced) = result {
            chosen = points.lastIndex { $0.layers.ranks == point.layers.ranks }
            return Choice(result: result, walk: walk(points, chosen: chosen, forced: forced))
        }
        return Choice(result: result, walk: walk(points, chosen: nil, forced: []))
    }

    private func walk(_ points: [FrontierPoint], chosen: Int?, forced: Set<Int>) -> CompressionReport.Walk {
        let entries = points.map { point in
            let parameters = costs.modelParameters(at: point.layers.ranks, forced: forced)
            return CompressionReport.WalkPoint(
                parameters: parameters, keptShare: Double(parameters) / Double(costs.totalParameters),
                loss: .init(difference: point.comparison.difference, standardError: point.comparison.standardError),
                step: point.step.flatMap { step in
                    step.predicted.isFinite
                        ? .init(predicted: step.predicted, measured: step.measured, standardError: step.standardError) : nil
                })
        }
        return .init(points: entries, chosen: chosen, measuredCandidates: measurement.count)
    }
}
