internal import LowRank
internal import Reporting
internal import Search

extension Choice {
    /// What was passed on the way.
    ///
    /// - Parameters:
    ///   - totalParameters: of the original.
    ///   - candidates: how many were measured.
    ///   - requirement: by which points would pass, or not.
    func walk(totalParameters: Int, candidates: Int, _ requirement: Requirement) -> CompressionReport.Walk {
        let points = walk.map { point in
            CompressionReport.WalkPoint(
                parameters: point.parameters, keptShare: Double(point.parameters) / Double(totalParameters),
                loss: .init(difference: point.comparison.difference, standardError: point.comparison.standardError),
                calibrated: point.calibrated.map { .init(difference: $0.difference, standardError: $0.standardError) },
                expected: requirement.expected(of: point),
                step: point.step.flatMap { step in
                    step.predicted.isFinite
                        ? .init(predicted: step.predicted, measured: step.measured, standardError: step.standardError) : nil
                }, isSmallEnough: point.isSmallEnough)
        }
        return .init(
            points: points, chosen: chosen, measuredCandidates: candidates, learnedFromSelect: point?.isRelearned == true ? true : nil)
    }
}

extension Choice.Refusal {
    /// Why nothing is written, in the user's terms.
    ///
    /// - Parameter selectCount: how many select samples there are.
    func text(_ options: CompressionOptions, _ requirement: Requirement, selectCount: Int) -> String {
        switch self {
        case .noLayers: return "no layer of the model can be factored"
        case .unacceptable:
            return "no smaller model \(requirement.unkept) by the \(NumberText.grouped(selectCount)) select samples"
        case .slower: return "every smaller model that is acceptable is slower on this machine; --optimize size ignores time"
        case .tooLarge(let left):
            let verb = left.unit == .latency ? "takes" : "keeps"
            return "the smallest acceptable model \(verb) \(NumberText.percent(left.share)) of \(left.unit.title), more than "
                + "\(left.unit.option) asks for"
        case .unreachable(let least):
            let more = options.optimize == .size ? "" : "; --optimize size, which ignores time and arithmetic, may go further"
            let verb = least.unit == .latency ? "take" : "keep"
            return
                "\(least.unit.option) \(options.targets[least.unit] ?? 0) cannot be reached: the lowest ranks \(verb) "
                + "\(NumberText.percent(least.share)) of \(least.unit.title)\(least.unit == .parameters ? more : "")"
        }
    }
}
