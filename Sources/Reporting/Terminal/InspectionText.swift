extension InspectionReport {
    /// The report for a terminal.
    public func text() -> String {
        var table = TextTable([
            ("layer", .left), ("op", .left), ("shape", .left), ("full rank", .right), ("saves up to", .right), ("parameters", .right),
            ("MACs", .right), ("treatable", .left),
        ])
        for layer in layers {
            table.append([
                layer.name, layer.op, layer.shape.map(String.init).joined(separator: "x"), layer.fullRank.map(String.init) ?? "",
                layer.largestSavingRank.map(String.init) ?? "", NumberText.grouped(layer.parameters),
                layer.macs.map(NumberText.grouped) ?? "?", layer.treatable ? "yes" : "no: \(layer.reason ?? "")",
            ])
        }
        let treatable = layers.filter(\.treatable)
        let share = Double(treatable.reduce(0) { $0 + $1.parameters }) / Double(max(parameters, 1))
        let summary =
            "\(treatable.count) of \(layers.count) layers can be factored; they hold \(NumberText.percent(share, 1)) of "
            + "\(NumberText.grouped(parameters)) parameters"
        let compute = macs.map { ", \(NumberText.grouped($0)) multiply-accumulates" } ?? ""
        let head = "\(model.onOneLine): opset \(opset), \(NumberText.bytes(bytes)), \(NumberText.grouped(parameters)) parameters\(compute)"
        let report = [head, lines("input", inputs), lines("output", outputs), "", table.text(), "", summary]
        return (report + gradientWarning).joined(separator: "\n")
    }

    private var gradientWarning: [String] {
        guard !operatorsWithoutGradient.isEmpty else { return [] }
        let operators = operatorsWithoutGradient.map { "\($0.name.onOneLine) (\($0.nodes))" }.joined(separator: ", ")
        return ["no gradient passes these operators (nodes), and layers in front of them stay as they are: \(operators)"]
    }

    private func lines(_ kind: String, _ values: [Value]) -> String {
        values.map { value in
            "\(kind) \(value.name.onOneLine): \(value.type) [\(value.shape.map { $0.map(String.init) ?? "?" }.joined(separator: ", "))]"
        }.joined(separator: "\n")
    }
}
