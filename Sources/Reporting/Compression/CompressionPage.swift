/// A compression as a page: verdict, sizes, the walk, layers and the run. Equal reports give equal bytes.
public struct CompressionPage: Sendable {
    private let report: CompressionReport

    /// The page of a report.
    public init(_ report: CompressionReport) {
        self.report = report
    }

    /// One HTML file, which is XML as well, without scripts and outside resources.
    public func html() -> String {
        HTML.page(
            title: "Compression of \(report.model)", styles: [FrontierStyle.page, CompressionStyle.page, FrontierStyle.chart],
            body: [verdict, sizes, walk, layers, predictions, run].joined(separator: "\n"))
    }

    private var verdict: String {
        let word = report.verdict == "not-met" ? "not met" : report.verdict
        let outcome = report.output.map { "Written: \($0)" } ?? "Nothing was written."
        let lines = [
            HTML.element("p", class: "word", word), HTML.element("p", report.verdictMeaning),
            report.boundText(plusMinus: "\u{B1}").map { HTML.element("p", $0) }, HTML.element("p", outcome),
        ].compactMap(\.self)
        let kind = report.verdict == "not-met" ? "not-met" : "met"
        let notes = report.notes.isEmpty ? "" : "\n" + HTML.list(report.notes)
        let advice = report.retry.map { "\n" + HTML.list($0.lines) } ?? ""
        return "<section class=\"verdict \(kind)\">\n\(lines.joined(separator: "\n"))\n</section>\(notes)\(advice)"
    }

    private var sizes: String {
        let figures = CompressionFigures(report, plusMinus: "\u{B1}")
        let rows =
            figures.sizes.map { $0.row ?? .init(name: $0.name, before: "not measured", after: "not measured", change: "") }
            + figures.quality
        let columns = [
            HTML.Column(title: "", alignment: .left, cells: rows.map(\.name.escapedForXML)),
            HTML.Column(title: "before", cells: rows.map(\.before.escapedForXML)),
            HTML.Column(title: "after", cells: rows.map(\.after.escapedForXML)),
            HTML.Column(title: "change", cells: rows.map(\.change.escapedForXML)),
        ]
        return "<h2>Before and after</h2>\n<div class=\"scrolls\">\n\(HTML.table(columns, rows: rows.count, kind: "plain"))\n</div>"
    }

    private var walk: String {
        let points = report.walk.points
        guard !points.isEmpty else { return "<h2>Measured sizes</h2>\n\(HTML.element("p", "No smaller model was measured."))" }
        let columns = [
            HTML.Column(title: "parameters", cells: points.map { NumberText.grouped($0.parameters) }),
            HTML.Column(title: "kept", cells: points.map { NumberText.finite($0.keptShare) { NumberText.percent($0, 1) } }),
            HTML.Column(
                title: "select loss (n = \(report.samples.select))",
                cells: points.map { CompressionPage.change($0.loss.difference, $0.loss.standardError) }),
            HTML.Column(title: "step, predicted", cells: points.map { $0.step.map { NumberText.lossChange($0.predicted) } ?? "" }),
            HTML.Column(
                title: "step, measured", cells: points.map { $0.step.map { CompressionPage.change($0.measured, $0.standardError) } ?? "" }),
            HTML.Column(
                title: report.walk.accuracyName ?? "", cells: points.map { $0.expected?.accuracy?.changeText(plusMinus: "\u{B1}") ?? "" }),
            HTML.Column(
                title: "passes with", cells: points.map { $0.expected?.passesWith.options.joined(separator: " ").escapedForXML ?? "" }),
        ]
        let known = columns.filter { $0.cells.contains { !$0.isEmpty } }
        let steps = points.contains { $0.step != nil } ? ", and of each step alone" : ""
        let limits =
            points.contains { $0.expected != nil } ? " Passes with: the mildest limits that a size is likely to be certified with." : ""
        let explanation =
            "\(points.count) sizes were reached, \(report.walk.measuredCandidates) models measured. Changes of the mean loss in nats, with one "
            + "standard error: against the original\(steps). The search chooses by the select samples, which flatters what it chooses; the "
            + "verdict rests on the certify samples.\(limits)"
        return """
            <h2>Measured sizes</h2>
            <div class="beside">
            \(FrontierChart(walkOf: report).svg())
            <div class="scrolls">
            \(HTML.table(known, rows: points.count, kind: "plain", classes: { $0 == report.walk.chosen ? "smallest" : nil }))
            </div>
            </div>
            \(HTML.element("p", class: "small", explanation))
            """
    }

    private static func change(_ value: Double, _ standardError: Double) -> String {
        NumberText.lossChange(value, standardError: standardError, plusMinus: "\u{B1}")
    }

    private var layers: String {
        guard !report.layers.isEmpty else { return "<h2>Layers</h2>\n\(HTML.element("p", "The model has no layers with weights."))" }
        let table = HTML.table(LayerColumns(report.layers).columns, rows: report.layers.count) { index in
            report.layers[index].form == "dense" ? nil : "changed"
        }
        return """
            <h2>Layers</h2>
            <div class="scrolls">
            \(table)
            </div>
            \(HTML.element("p", class: "small", layerExplanation))
            """
    }

    private var layerExplanation: String {
        let layers = report.layers
        var sentences = ["\(layers.count { $0.form != "dense" }) of \(layers.count) layers were changed."]
        if layers.contains(where: { $0.spectrum != nil }) {
            sentences.append(
                "Spectrum: the singular values in the method's basis before anything was removed, relative to the largest one and on a "
                    + "logarithmic scale down to a thousandth, with the cut at the chosen rank.")
        }
        if layers.contains(where: { $0.predicted != nil }) {
            sentences.append("Predicted: the change of the mean loss from this layer alone, in the last step of the search.")
        }
        sentences.append(
            layers.first { $0.measured != nil }?.measured.map { measured in
                "Measured alone: the change of the mean loss of the original with this layer alone as it is written, with one standard error, on "
                    + "the select samples (n = \(NumberText.grouped(measured.samples))); such changes need not add up to that of the whole."
            } ?? "What single layers do to the loss was not measured; --measure-layers does that.")
        sentences.append(
            layers.contains { $0.latencyMs != nil } ? "Time: the layer by itself." : "Layers were not timed.")
        return sentences.joined(separator: " ")
    }

    private var predictions: String {
        guard let chart = PredictionChart(report) else { return "" }
        let explanation =
            "A step is what the search did at once, from one point of the walk to the next, or from the original where the method predicts "
            + "from there. The nearer steps lie to the line, the further predictions can be trusted on this model; measurements decide."
        return "<h2>Predictions</h2>\n<div class=\"beside\">\n\(chart.svg())\n\(HTML.element("p", class: "small", explanation))\n</div>"
    }

    private var run: String {
        let command = report.command.map { "\n<pre>\(ShellCommand.text($0).escapedForXML)</pre>" } ?? ""
        return "<h2>The run</h2>\n\(HTML.particulars(report.particulars))\(command)"
    }
}
