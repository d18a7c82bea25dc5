/// A frontier as a page and as a picture. Equal reports give equal bytes.
public struct FrontierDrawing: Sendable {
    private let report: FrontierReport

    public init(_ report: FrontierReport) {
        self.report = report
    }

    /// The chart against the kept parameters as an SVG document.
    public func svg() -> String {
        FrontierChart(report, .parameters)?.svg(style: FrontierStyle.chart) ?? ""
    }

    /// One HTML file, which is XML as well, without scripts and outside resources: the charts, a table with all figures, and the run.
    public func html() -> String {
        let title = "Frontier of \(report.model)".escapedForXML
        let charts = FrontierQuantity.allCases.compactMap { FrontierChart(report, $0)?.svg() }.joined(separator: "\n")
        let notes = report.notes.isEmpty ? "" : "<h2>Notes</h2>\n<ul>\(report.notes.map { element("li", $0) }.joined())</ul>\n"
        let particulars = report.particulars.map { element("dt", $0.name) + element("dd", $0.text) }.joined(separator: "\n")
        return """
            <!DOCTYPE html>
            <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>\(title)</title>
            <style>
            \(FrontierStyle.page)
            \(FrontierStyle.chart)
            </style>
            </head>
            <body>
            <h1>\(title)</h1>
            \(element("p", report.outcome))
            <div class="charts">
            \(charts)
            </div>
            <h2>All points</h2>
            \(table)
            <p>Select and certify: change of the mean loss in nats, with its standard error. At most: the one-sided 95 % upper bound.</p>
            \(notes)<h2>The run</h2>
            <dl>
            \(particulars)
            </dl>
            </body>
            </html>

            """
    }

    private var table: String {
        let columns = FrontierFigures(report, plusMinus: "\u{B1}").columns
        func side(_ column: FrontierFigures.Column) -> String { column.alignment == .left ? " class=\"left\"" : "" }
        let header = columns.map { "<th scope=\"col\"\(side($0))>\($0.title.escapedForXML)</th>" }.joined()
        let rows = report.points.indices.map { index in
            let cells = columns.map {
                "<td\(side($0)) data-label=\"\($0.title.escapedForXML)\">\($0.cells[index].escapedForXML)</td>"
            }
            return "<tr\(index == report.smallestLossless ? " class=\"smallest\"" : "")>\(cells.joined())</tr>"
        }
        return "<table>\n<thead><tr>\(header)</tr></thead>\n<tbody>\n\(rows.joined(separator: "\n"))\n</tbody>\n</table>"
    }

    private func element(_ name: String, _ content: String) -> String { "<\(name)>\(content.escapedForXML)</\(name)>" }
}
