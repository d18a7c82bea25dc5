extension CompressionReport.Walk {
    /// The sizes that were measured, and with which limits each would pass; nil where there are none.
    func sizesText(plusMinus: String) -> String? {
        guard points.contains(where: { $0.expected != nil }) else { return nil }
        let accuracyColumns: [(String, TextTable.Alignment)] = accuracyName.map { [($0, .right), ("falls at most", .right)] } ?? []
        var table = TextTable(
            [("kept", .right), ("parameters", .right), ("loss", .right), ("at most", .right)] + accuracyColumns
                + [("passes with", .left)])
        for point in points {
            let accuracy = point.expected?.accuracy.map { [$0.changeText(plusMinus: plusMinus), $0.boundText] } ?? ["", ""]
            table.append(
                [
                    NumberText.finite(point.keptShare) { NumberText.percent($0, 1) }, NumberText.grouped(point.parameters),
                    NumberText.lossChange(point.loss.difference, standardError: point.loss.standardError, plusMinus: plusMinus),
                    point.expected.map { NumberText.lossChange($0.lossUpperBound95) } ?? "",
                ] + accuracy.prefix(accuracyColumns.count) + [point.expected?.passesWith.options.joined(separator: " ") ?? ""])
        }
        return table.text()
    }

    /// Of the metric that answers are judged by; nil where there is none.
    var accuracyName: String? { points.lazy.compactMap { $0.expected?.accuracy?.name }.first }

    /// What the figures of ``sizesText(plusMinus:)`` are.
    static func sizesExplanation(_ samples: CompressionReport.Samples) -> String {
        "sizes measured on the \(NumberText.grouped(samples.select)) select samples; bounds (95 %) as "
            + "\(NumberText.grouped(samples.certify)) certify samples are expected to show them:"
    }
}

extension CompressionReport.ExpectedAccuracy {
    /// `-0.50 pp +- 0.20`.
    func changeText(plusMinus: String) -> String {
        NumberText.finite(difference) { NumberText.signed(100 * $0, 2) } + " pp \(plusMinus) "
            + NumberText.finite(standardError) { NumberText.fixed(100 * $0, 2) }
    }

    /// `0.81 pp`.
    var boundText: String { NumberText.finite(fallUpperBound95) { NumberText.fixed(100 * $0, 2) } + " pp" }
}

extension CompressionReport.Retry {
    /// What to do next, line by line.
    var lines: [String] {
        let limits = limits.options.joined(separator: " ")
        let size = "\(NumberText.percent(keptShare, 1)) of the parameters"
        let advice =
            command.map { "to get \(size), repeat it with \(limits): \(ShellCommand.text($0))" } ?? "\(limits) is likely to give \(size)"
        return [advice]
            + (work.map {
                ["the work is kept in '\($0)', so that the search is not done again; --restart, or deleting the folder, throws it away"]
            }
                ?? [])
    }
}
