/// The columns of a frontier's tables, in the terminal and on the page. What is known for no point has no column.
struct FrontierFigures {
    struct Column {
        let title: String
        var alignment = TextTable.Alignment.right
        /// Only for tables with room.
        var isDetail = false
        /// One a point; empty where a figure is not known.
        let cells: [String]
    }

    let columns: [Column]

    /// `plusMinus` stands before standard errors.
    init(_ report: FrontierReport, plusMinus: String) {
        let points = report.points
        func column(
            _ title: String, _ alignment: TextTable.Alignment = .right, isDetail: Bool = false, cell: (FrontierReport.Point) -> String?
        ) -> Column {
            Column(title: title, alignment: alignment, isDetail: isDetail, cells: points.map { cell($0) ?? "" })
        }
        func share(_ quantity: FrontierQuantity) -> (FrontierReport.Point) -> String? {
            { quantity.share(of: $0, original: report.original).map { NumberText.finite($0) { NumberText.percent($0, 1) } } }
        }
        func loss(_ difference: Double, _ standardError: Double) -> String {
            NumberText.lossChange(difference, standardError: standardError, plusMinus: plusMinus)
        }
        let accuracyTitle = points.lazy.compactMap(\.accuracy).first?.name ?? "accuracy"
        columns = [
            column("model", .left) { $0.name ?? "(not written)" },
            column("parameters") { NumberText.grouped($0.parameters) },
            column("kept", cell: share(.parameters)),
            column("MACs per sample", isDetail: true) { $0.macs.map(NumberText.grouped) },
            column("MACs kept", cell: share(.macs)),
            column("latency before", isDetail: true) { $0.latencyMs.map { NumberText.finite($0.before, NumberText.milliseconds) } },
            column("latency after", isDetail: true) { $0.latencyMs.map { NumberText.finite($0.after, NumberText.milliseconds) } },
            column("latency kept", cell: share(.latency)),
            column(accuracyTitle) { $0.accuracy.map { $0.changeText(plusMinus: plusMinus) } },
            column("at least (95 %)") { $0.accuracy.map(\.leastChangeText) },
            column("predicted", isDetail: true) { $0.predicted.map(NumberText.lossChange) },
            column("select (n = \(report.samples.select))") { loss($0.loss.select.difference, $0.loss.select.standardError) },
            column("certify") { $0.loss.certify.map { loss($0.difference, $0.standardError) } },
            column("at most (95 %)") { $0.loss.certify.map { NumberText.lossChange($0.upperBound95) } },
            column("calibrated") { $0.calibrated.map { loss($0.difference, $0.standardError) } },
            column("calibrated at most", isDetail: true) { $0.calibrated.map { NumberText.lossChange($0.upperBound95) } },
            column("temperature before", isDetail: true) { $0.calibrated.map(\.temperatureBefore) },
            column("temperature after", isDetail: true) { $0.calibrated.map(\.temperatureAfter) },
            column("changed") { $0.disagreement.map { NumberText.finite($0) { NumberText.percent($0, 1) } } },
            column("n", isDetail: true) { $0.loss.certify.map { NumberText.grouped($0.samples) } },
            column("loss before", isDetail: true) { $0.loss.certify.map { NumberText.loss($0.before) } },
            column("loss after", isDetail: true) { $0.loss.certify.map { NumberText.loss($0.after) } },
            column("metric", .left, isDetail: true) { $0.metric?.name },
            column("metric before", isDetail: true) { $0.metric.map { NumberText.finite($0.before, $0.text) } },
            column("metric after", isDetail: true) { $0.metric.map { NumberText.finite($0.after, $0.text) } },
            column("verdict", .left) { $0.verdict },
        ].filter { points.isEmpty || $0.cells.contains { !$0.isEmpty } }
    }
}

extension FrontierReport {
    /// The smallest lossless point, if there is one.
    var smallestLosslessPoint: Point? {
        smallestLossless.flatMap { points.indices.contains($0) ? points[$0] : nil }
    }

    /// What the run found, in a sentence.
    var outcome: String {
        guard let point = smallestLosslessPoint else { return "No point is lossless." }
        let name = point.name.map { "\($0), " } ?? ""
        let size = "\(NumberText.grouped(point.parameters)) of \(NumberText.grouped(original.parameters)) parameters"
        return "Smallest lossless point: \(name)\(size)."
    }

    /// What the points were compared with, on what, and at which cost: names and texts.
    var particulars: [(name: String, text: String)] {
        var size = ["\(NumberText.grouped(original.parameters)) parameters"]
        if let macs = original.macs { size.append("\(NumberText.grouped(macs)) multiply-accumulates per sample") }
        size.append(NumberText.bytes(original.bytes))
        if let latency = original.latencyMs { size.append(NumberText.finite(latency, NumberText.milliseconds)) }
        return [
            ("original", size.joined(separator: ", ")),
            ("method", "\(method), optimizing \(optimize)"),
            ("samples", "fit \(samples.fitText), select \(samples.select), certify \(samples.certify)"),
            ("time", seconds.text),
            ("run", "peak memory \(NumberText.fixed(peakMemoryMiB, 0)) MiB; \(threads) threads, seed \(seed), version \(version)"),
        ]
    }
}
