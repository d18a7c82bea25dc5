/// The columns of the page's table of layers. What is known for no layer has no column.
struct LayerColumns {
    let columns: [HTML.Column]

    init(_ layers: [CompressionReport.Layer]) {
        func column(
            _ title: String, _ alignment: TextTable.Alignment = .right, wraps: Bool = false, cell: (CompressionReport.Layer) -> String?
        ) -> HTML.Column {
            HTML.Column(title: title, alignment: alignment, wraps: wraps, cells: layers.map { cell($0)?.escapedForXML ?? "" })
        }
        let spectra = layers.map { layer in layer.spectrum.map { Sparkline($0, rank: layer.rank, of: layer.fullRank).svg() } ?? "" }
        columns = [
            column("layer", .left, wraps: true) { $0.name.isEmpty ? "(no name)" : $0.name },
            column("op", .left) { $0.op },
            column("shape", .left) { $0.shape.map(String.init).joined(separator: "\u{D7}") },
            HTML.Column(title: "spectrum", alignment: .left, cells: spectra),
            column("form", .left) { $0.form },
            column("rank") { layer in
                layer.fullRank.map { full in
                    layer.rank.map { "\(NumberText.grouped($0)) of \(NumberText.grouped(full))" } ?? "full, \(full)"
                }
            },
            column("parameters") { layer in
                let change = layer.parameters
                guard change.after != change.before else { return NumberText.grouped(change.before) }
                return "\(NumberText.grouped(change.before)) \u{2192} \(NumberText.grouped(change.after))"
            },
            column("effective rank") { $0.effectiveRank.map { NumberText.finite($0) { NumberText.fixed($0, 1) } } },
            column("predicted, last step") { $0.predicted.map { NumberText.finite($0) { NumberText.signed($0, 5) } } },
            column("measured alone") { $0.measured?.text(plusMinus: "\u{B1}") },
            column("time") { layer in
                layer.latencyMs.map { change in
                    let before = NumberText.finite(change.before, NumberText.milliseconds)
                    let after = NumberText.finite(change.after, NumberText.milliseconds)
                    // One unit for both: the table is wide.
                    return layer.form == "dense" ? before : "\(before.replacing(" ms", with: "")) \u{2192} \(after)"
                }
            },
            column("why", .left, wraps: true) { $0.reason },
        ].filter { $0.cells.contains { !$0.isEmpty } }
    }
}
