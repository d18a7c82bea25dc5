extension EvaluationReport {
    /// The report for a terminal.
    public func text() -> String {
        var lines = [
            "\(model) on \(data): \(samples) samples",
            (["loss \(NumberText.fixed(loss, 4)) +- \(NumberText.fixed(lossStandardError, 4))"] + metrics.map(\.text)).joined(
                separator: ", "),
        ]
        if let against {
            // One that has a line of its own is not said twice.
            let changes = zip(metrics, against.metrics).filter { $0.0.name != against.accuracy?.name }.map { $0.changeText(from: $1) }
            let bound = "at most \(NumberText.signed(against.upperBound95, 4)) (one-sided 95 % bound)"
            lines += [
                "against \(against.model): "
                    + (["loss \(NumberText.fixed(against.loss, 4))"] + against.metrics.map(\.text)).joined(separator: ", "),
                "difference \(NumberText.signed(against.difference, 4)) +- \(NumberText.fixed(against.standardError, 4)), "
                    + ([bound] + changes).joined(separator: "; "),
            ]
            lines += against.answerLines
        }
        lines += notes
        return lines.map(\.onOneLine).joined(separator: "\n")
    }
}
