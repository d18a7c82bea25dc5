extension FrontierReport {
    /// The report for a terminal; `*` marks the smallest lossless point.
    public func text() -> String {
        let columns = FrontierFigures(self, plusMinus: "+-").columns.filter { !$0.isDetail }
        var table = TextTable([("", .left)] + columns.map { ($0.title, $0.alignment) })
        for index in points.indices {
            table.append([index == smallestLossless ? "*" : ""] + columns.map { $0.cells[index] })
        }
        let lines = [(smallestLosslessPoint == nil ? "" : "* ") + outcome] + notes + particulars.map { "\($0.name): \($0.text)" }
        return table.text() + "\n\n" + lines.map(\.onOneLine).joined(separator: "\n")
    }
}
