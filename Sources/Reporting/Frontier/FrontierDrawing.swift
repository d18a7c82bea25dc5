/// A frontier as a page and as a picture. Equal reports give equal bytes.
public struct FrontierDrawing: Sendable {
    private let report: FrontierReport

    /// The drawings of a report.
    public init(_ report: FrontierReport) {
        self.report = report
    }

    /// The chart against the kept parameters as an SVG document.
    public func svg() -> String {
        FrontierChart(report, .parameters)?.svg(style: FrontierStyle.chart) ?? ""
    }

    /// One HTML file, which is XML as well, without scripts and outside resources: the charts, a table with all figures, and the run.
    public func html() -> String {
        let charts = FrontierQuantity.allCases.flatMap { quantity in
            [FrontierChart(accuracyOf: report, quantity), FrontierChart(report, quantity)].compactMap { $0?.svg() }
        }.joined(separator: "\n")
        let notes = report.notes.isEmpty ? "" : "<h2>Notes</h2>\n\(HTML.list(report.notes))\n"
        return HTML.page(
            title: "Frontier of \(report.model)", styles: [FrontierStyle.page, FrontierStyle.chart],
            body: """
                \(HTML.element("p", report.outcome))
                <div class="charts">
                \(charts)
                </div>
                <h2>All points</h2>
                \(table)
                \(explanations.joined(separator: "\n"))
                \(notes)<h2>The run</h2>
                \(HTML.particulars(report.particulars))
                """)
    }

    private var explanations: [String] {
        var texts = [
            "Select and certify: change of the mean loss in nats, with its standard error. At most: the one-sided 95 % upper bound."
        ]
        if let accuracy = report.points.lazy.compactMap(\.accuracy).first {
            texts.append(
                "Of \(accuracy.name): its change on the certify samples, with its standard error. At least: the one-sided 95 % lower bound. "
                    + "Changed: answers that are not the original's.")
        }
        if report.points.contains(where: { $0.calibrated != nil }) {
            texts.append(
                "Calibrated: the change of the loss where the logits of each model are divided by one temperature of its own, fitted on the other "
                    + "half of the samples. What is left of a gain then is not merely softer or sharper logits.")
        }
        return texts.map { HTML.element("p", $0) }
    }

    private var table: String {
        HTML.table(
            FrontierFigures(report, plusMinus: "\u{B1}").columns.map {
                .init(title: $0.title, alignment: $0.alignment, cells: $0.cells.map(\.escapedForXML))
            }, rows: report.points.count, classes: { $0 == report.smallestLossless ? "smallest" : nil })
    }
}
