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
                name: answersName, difference: 0 - change.fall, standardError: change.standardError,
                fallUpperBound95: acceptance.bound(change)
            )
        }
        return .init(lossUpperBound95: lossBound, accuracy: accuracy, passesWith: mildest(of: point))
    }

    /// As options.
    private func mildest(of point: Choice.WalkedPoint) -> CompressionReport.MildestLimits {
        let limits = acceptance.mildest(of: point.comparison, point.answers)
        guard measure == .perplexity, drop != nil || tolerance == nil else {
            return .init(maximumDrop: limits.accuracyFall.map { min($0, Requirement.most) }, tolerance: limits.lossRise)
        }
        guard limits != self.limits else { return asked }
        return .init(
            maximumDrop: limits.lossRise.map { max(drop?.share ?? 0, Requirement.roundedUp(expm1($0))) },
            tolerance: tolerance.map { max($0, limits.lossRise ?? 0) })
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
        return .init(maximumDrop: drop, tolerance: limits.tolerance.map { max($0, Acceptance.roundedUp(loss)) })
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
