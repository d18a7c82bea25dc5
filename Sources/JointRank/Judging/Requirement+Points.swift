internal import Foundation
internal import LowRank
internal import Reporting
internal import Search

/// What measured sizes would have to be allowed.
extension Requirement {
    /// What the certify set is expected to show of a point, and the mildest limits with which it would be chosen and pass.
    func expected(of point: Choice.WalkedPoint) -> CompressionReport.Expectation {
        let lossBound = acceptance.bound(point.comparison)
        let accuracy = point.answers.map { change in
            CompressionReport.ExpectedAccuracy(
                difference: -change.fall, standardError: change.standardError, fallUpperBound95: acceptance.bound(change))
        }
        return .init(lossUpperBound95: lossBound, accuracy: accuracy, passesWith: mildest(of: point))
    }

    /// The mildest limits, each no stricter than what is asked for: the bound that is expected, with the margin that choices keep.
    private func mildest(of point: Choice.WalkedPoint) -> CompressionReport.MildestLimits {
        let loss = acceptance.bound(point.comparison) + Planner.usualMargin * point.comparison.standardError
        let fall = point.answers.map { acceptance.bound($0) + Planner.usualMargin * $0.standardError }
        // Where nothing was asked for, the metric's limit is the one that users know.
        let share: Double? =
            switch drop == nil && tolerance != nil ? nil : measure {
            case nil: nil
            case .answers: fall.map { max(drop?.share ?? 0, Requirement.roundedUp(max($0, 0))) }
            case .perplexity: max(drop?.share ?? 0, Requirement.roundedUp(expm1(max(loss, 0))))
            }
        let rise = tolerance.map { max($0, Requirement.roundedUpLoss(max(loss, 0))) }
        return .init(maximumDrop: share, tolerance: share == nil ? rise ?? Requirement.roundedUpLoss(max(loss, 0)) : rise)
    }

    /// What was asked for and did not do.
    var asked: CompressionReport.MildestLimits { .init(maximumDrop: drop?.share, tolerance: tolerance) }

    /// The limits with which a size passes that has been certified, no milder ones than the samples have shown to be needed.
    func mildest(_ limits: CompressionReport.MildestLimits, of evidence: Evidence) -> CompressionReport.MildestLimits {
        let loss = evidence.loss.upperBound95
        let drop: Double? = limits.maximumDrop.map { share in
            switch measure {
            case .answers: max(share, Requirement.roundedUp(evidence.accuracy?.fallUpperBound95 ?? 0))
            case .perplexity, nil: max(share, Requirement.roundedUp(expm1(max(loss, 0))))
            }
        }
        return .init(maximumDrop: drop, tolerance: limits.tolerance.map { max($0, Requirement.roundedUpLoss(loss)) })
    }

    /// Two digits, rounded up, in nats.
    static func roundedUpLoss(_ rise: Double) -> Double {
        guard rise > 0 else { return 0 }
        let unit = pow(10, 1 - floor(log10(rise)))
        return (rise * unit * (1 - 1e-12)).rounded(.up) / unit
    }

    /// What no smaller model does.
    var unkept: String {
        let parts = [
            drop.map { "--max-drop \(Requirement.text($0.share)) of \($0.measure.name)" },
            tolerance.map { "--tolerance \(NumberText.plain($0))" },
        ].compactMap(\.self)
        return parts.isEmpty ? "is without a measurable loss" : "keeps \(parts.joined(separator: " and "))"
    }
}
