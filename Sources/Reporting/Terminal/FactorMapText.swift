extension FactorMap {
    /// The map for a terminal.
    public func text() -> String {
        var table = TextTable([
            ("layer", .left), ("weight", .left), ("modules", .left), ("rank", .right), ("scheme", .left), ("stored as", .left),
            ("dense", .right), ("exported", .right),
        ])
        for layer in layers {
            for (position, use) in layer.uses.enumerated() {
                let isFirst = position == 0
                table.append([
                    isFirst ? layer.name : "", use.weight.name, use.modules.map(\.type).joined(separator: ", "),
                    isFirst ? "\(layer.rank)" : "", isFirst ? layer.scheme : "", isFirst ? layer.form : "",
                    isFirst ? NumberText.grouped(layer.parameters.dense) : "", isFirst ? NumberText.grouped(layer.parameters.exported) : "",
                ])
            }
        }
        return table.text()
    }
}
