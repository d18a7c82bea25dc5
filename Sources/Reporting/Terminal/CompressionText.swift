extension CompressionReport {
    /// The report for a terminal: layers that changed, then before and after, then the verdict.
    public func text() -> String {
        [layerTable, summaryTable, verdictLines.joined(separator: "\n"), sizes].filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// Where nothing was written: the sizes that were measured, and what to do next.
    private var sizes: String {
        guard output == nil, let sizes = walk.sizesText(plusMinus: "+-") else { return "" }
        let table = "\(CompressionReport.Walk.sizesExplanation(samples))\n\(sizes)"
        return ([table] + (retry?.lines ?? []).map(\.onOneLine)).joined(separator: "\n")
    }

    private var layerTable: String {
        let changed = layers.filter { $0.form != "dense" }
        guard !changed.isEmpty else { return "" }
        let columns: [(String, TextTable.Alignment)] = [
            ("layer", .left), ("op", .left), ("shape", .left), ("rank", .right), ("of", .right), ("parameters", .right), ("kept", .right),
            ("predicted", .right), ("measured alone", .right),
        ]
        var table = TextTable(changed.contains { $0.measured != nil } ? columns : columns.dropLast())
        for layer in changed {
            table.append([
                layer.name, layer.op, layer.shape.map(String.init).joined(separator: "x"), layer.rank.map(String.init) ?? "",
                layer.fullRank.map(String.init) ?? "", NumberText.grouped(layer.parameters.after),
                NumberText.percent(Double(layer.parameters.after) / Double(max(layer.parameters.before, 1)), 1),
                layer.predicted.map { NumberText.signed($0, 5) } ?? "", layer.measured?.text(plusMinus: "+-") ?? "",
            ])
        }
        return table.text()
    }

    private var summaryTable: String {
        var table = TextTable([("", .left), ("before", .right), ("after", .right), ("change", .right)])
        let figures = CompressionFigures(self, plusMinus: "+-")
        for row in figures.sizes.compactMap(\.row) + figures.quality {
            table.append([row.name, row.before, row.after, row.change])
        }
        return table.text()
    }

    private var verdictLines: [String] {
        var lines: [String] = []
        let set = holdout.map { " (\($0.samples) samples; one-sided 95 % bound)" } ?? ""
        lines.append("verdict: \(verdict)\(set)")
        lines += certified.map { "certified: \($0)" }
        lines += notes
        if let output { lines.append("written: \(output)") }
        lines.append("time: \(seconds.text); peak memory \(NumberText.fixed(peakMemoryMiB, 0)) MiB; \(threads) threads, seed \(seed)")
        return lines.map(\.onOneLine)
    }
}

extension CompressionReport.Seconds {
    /// The phases, without the total.
    var text: String {
        "calibrate \(NumberText.fixed(calibrate, 1)) s, plan \(NumberText.fixed(plan, 1)) s, verify \(NumberText.fixed(verify, 1)) s"
    }
}

extension CompressionReport.Measured {
    /// The change with one standard error.
    func text(plusMinus: String) -> String {
        NumberText.lossChange(difference, standardError: standardError, plusMinus: plusMinus)
    }
}
