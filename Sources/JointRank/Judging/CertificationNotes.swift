internal import LowRank
internal import Reporting

/// What is said of a written file that was measured, where the verdict is not all that there is to say.
struct CertificationNotes {
    private let certification: Certification
    private let evidence: Evidence
    private let requirement: Requirement
    /// The certify set's share of its file.
    private let share: Double

    init(_ certification: Certification, _ evidence: Evidence, _ requirement: Requirement, share: Double) {
        self.certification = certification
        self.evidence = evidence
        self.requirement = requirement
        self.share = share
    }

    /// Why nothing was written.
    var refusal: [String] {
        let judged = evidence.loss
        var notes = ["nothing was written: on the certify set \(changes)"]
        if let rise = requirement.limits.judgedRise, !evidence.keeps(lossRise: rise) {
            if judged.difference <= 0 {
                notes.append(
                    "a mean of at most 0 is no proof by itself: where the loss rises by less than the noise, half of all sets show one; "
                        + "on the select samples it has not fallen by two standard errors")
            } else if judged.difference <= 2 * judged.standardError {
                notes.append(
                    "the change is within the noise of \(judged.sampleCount) samples: more of them, or a --tolerance, may decide otherwise")
            }
        }
        return notes
    }

    /// Why what was written is not lossless.
    var reservation: String {
        "not lossless: \(changes); written because a size was asked for. Give a --max-drop or a --tolerance to have a limit kept"
    }

    /// The changes that decide, with their bounds.
    private var changes: String {
        var texts: [String] = []
        if requirement.limits.accuracyFall == nil || requirement.limits.lossRise != nil {
            texts.append(CertificationNotes.text("mean loss", evidence.loss))
        }
        if requirement.limits.areNone, let calibrated = evidence.calibrated {
            texts.append(CertificationNotes.text("calibrated loss", calibrated))
        }
        if requirement.limits.accuracyFall != nil || requirement.limits.areNone, let accuracy = evidence.accuracy {
            let bound = NumberText.fixed(100 * abs(accuracy.fallUpperBound95), 2)
            texts.append(
                "\(requirement.answersName) changes by \(NumberText.signed(100 * accuracy.difference, 2)) points +- "
                    + "\(NumberText.fixed(100 * accuracy.standardError, 2)), with 95 % confidence it "
                    + (accuracy.fallUpperBound95 < 0 ? "rises by at least \(bound)" : "falls by at most \(bound)"))
        }
        return texts.joined(separator: "; ")
    }

    private static func text(_ name: String, _ change: PairedComparison) -> String {
        "the \(name) changes by \(NumberText.signed(change.difference, 4)), with 95 % confidence by at most "
            + NumberText.signed(change.upperBound95, 4)
    }

    /// About how many samples would bring bounds down to the limits.
    var demands: [String] {
        let limits = requirement.limits
        return [
            limits.judgedRise.flatMap { SampleAdvice.demand(of: evidence.loss, tolerance: $0, share: share) },
            limits.accuracyFall.flatMap { limit in
                evidence.accuracy.flatMap {
                    SampleAdvice.demand(
                        of: $0, called: requirement.answersName, fall: limit, sampleCount: evidence.loss.sampleCount, share: share)
                }
            },
        ].compactMap(\.self)
    }
}

extension Limits {
    /// The rise of the loss that decides; nil where the loss does not.
    var judgedRise: Double? { areNone ? 0 : lossRise }
}
