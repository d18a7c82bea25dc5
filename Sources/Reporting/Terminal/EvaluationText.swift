extension EvaluationReport {
    /// The report for a terminal.
    public func text() -> String {
        var lines = [
            "\(model) on \(data): \(samples) samples",
            "loss \(NumberText.fixed(loss, 4)) +- \(NumberText.fixed(lossStandardError, 4)), top-1 \(NumberText.percent(accuracy))",
        ]
        if let against {
            lines += [
                "against \(against.model): loss \(NumberText.fixed(against.loss, 4)), top-1 \(NumberText.percent(against.accuracy))",
                "difference \(NumberText.signed(against.difference, 4)) +- \(NumberText.fixed(against.standardError, 4)), "
                    + "at most \(NumberText.signed(against.upperBound95, 4)) (one-sided 95 % bound); "
                    + "top-1 \(NumberText.signed(100 * (accuracy - against.accuracy), 2)) pp",
            ]
        }
        return lines.map(\.onOneLine).joined(separator: "\n")
    }
}
