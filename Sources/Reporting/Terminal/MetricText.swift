extension CompressionReport.Metric {
    /// A value as people read it.
    func text(_ value: Double) -> String {
        isShare ? NumberText.percent(value) : NumberText.fixed(value, 4)
    }

    /// The change, in percentage points for shares.
    var changeText: String {
        isShare ? NumberText.signed(100 * (after - before), 2) + " pp" : NumberText.signed(after - before, 4)
    }
}
