internal import LowRank
internal import Reporting

/// What the certify samples have shown, in words: the limits that hold, and what no limit asks for.
struct CertifiedStatements {
    let texts: [String]

    /// - Parameter certified: a verdict that is met.
    init(_ verdict: Verdict, _ evidence: Evidence, _ requirement: Requirement) {
        let count = NumberText.grouped(evidence.loss.sampleCount)
        var texts: [String] = []
        if verdict != .notMet {
            texts = [
                requirement.drop.map { CertifiedStatements.kept($0, evidence) },
                requirement.tolerance.map { CertifiedStatements.kept(tolerance: $0, evidence) },
            ].compactMap(\.self)
            if verdict == .better {
                texts.append(CertifiedStatements.better(evidence, requirement))
            } else if verdict == .lossless {
                texts += CertifiedStatements.lossless(evidence, requirement)
            }
        }
        // Only what a bound says has its confidence.
        self.texts = texts.map { text in
            let isBound = ![CertifiedStatements.corroboration, CertifiedStatements.withinError].contains { text.hasSuffix($0) }
            return "\(text) (\(isBound ? "95 %, " : "")n = \(count))"
        }
    }

    private static func kept(_ drop: Requirement.Drop, _ evidence: Evidence) -> String {
        switch drop.measure {
        case .answers(let name):
            "\(name) falls by no more than \(NumberText.plain(100 * drop.share)) \(drop.share == 0.01 ? "point" : "points")"
        case .perplexity where evidence.loss.upperBound95 > drop.rise: "the perplexity does not rise, \(corroboration)"
        case .perplexity: "the perplexity rises by no more than \(NumberText.plain(100 * drop.share)) %"
        }
    }

    private static func kept(tolerance: Double, _ evidence: Evidence) -> String {
        evidence.loss.upperBound95 > tolerance
            ? "the loss does not rise, \(corroboration)" : "the loss rises by no more than \(NumberText.plain(tolerance))"
    }

    private static let corroboration = "here nor, by two standard errors, on the select samples"

    private static func better(_ evidence: Evidence, _ requirement: Requirement) -> String {
        [
            evidence.lossFalls ? "the \(lossName(evidence)) falls" : nil,
            evidence.accuracyRises ? "\(requirement.answersName) rises" : nil,
        ].compactMap(\.self).joined(separator: " and ")
    }

    private static let withinError = "by more than its standard error"

    private static func lossless(_ evidence: Evidence, _ requirement: Requirement) -> [String] {
        let loss = "the \(lossName(evidence)) does not rise" + (evidence.strictLoss.upperBound95 > 0 ? ", \(corroboration)" : "")
        return [loss] + (evidence.accuracy == nil ? [] : ["\(requirement.answersName) has not fallen \(withinError)"])
    }

    private static func lossName(_ evidence: Evidence) -> String { evidence.calibrated == nil ? "loss" : "calibrated loss" }
}

extension Requirement.Drop {
    /// Of the loss, where the drop is a rise of the perplexity.
    var rise: Double { Requirement.lossRise(perplexityRise: share) }
}
