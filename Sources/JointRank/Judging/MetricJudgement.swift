internal import Reporting

/// What the user's judge says of a result beside the original.
struct MetricJudgement: Sendable {
    let options: MetricOptions
    let before: Double
    /// nil where the result was refused before the judge saw it.
    let after: Double?

    /// By how much the result is worse; below 0 where it is better.
    private var worsening: Double? {
        after.map { options.direction == .higher ? before - $0 : $0 - before }
    }

    var isRefused: Bool { refusal != nil }

    /// Why the result is refused; nil where it is not.
    var refusal: String? {
        guard let worsening, let tolerance = options.tolerance, worsening > tolerance else { return nil }
        return "the number that '\(options.command[0])' gives is worse by \(worsening), more than --metric-tolerance \(tolerance)"
    }

    var reported: CompressionReport.MetricCommand {
        .init(command: options.command, direction: options.direction.rawValue, tolerance: options.tolerance, before: before, after: after)
    }
}
