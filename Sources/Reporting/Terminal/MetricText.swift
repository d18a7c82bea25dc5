extension CompressionReport.Metric {
    /// A value as people read it.
    func text(_ value: Double) -> String { NumberText.metric(value, isShare: isShare) }

    /// The change, in percentage points for shares.
    var changeText: String {
        isShare ? NumberText.signed(100 * (after - before), 2) + " pp" : NumberText.signed(after - before, 4)
    }
}

extension EvaluationReport.Metric {
    /// The metric with its name.
    var text: String { "\(name) \(NumberText.metric(value, isShare: isShare))" }

    /// How the metric differs from another model's.
    func changeText(from other: EvaluationReport.Metric) -> String {
        "\(name) " + CompressionReport.Metric(name: name, before: other.value, after: value, isShare: isShare).changeText
    }
}

extension NumberText {
    /// Shares in percent, all others with four digits.
    fileprivate static func metric(_ value: Double, isShare: Bool) -> String { isShare ? percent(value) : fixed(value, 4) }
}
