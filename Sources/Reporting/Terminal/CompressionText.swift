extension CompressionReport {
    /// The report for a terminal: layers that changed, then before and after, then the verdict.
    public func text() -> String {
        [layerTable, summaryTable, verdictLines.joined(separator: "\n")].filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private var layerTable: String {
        var table = TextTable([
            ("layer", .left), ("op", .left), ("shape", .left), ("rank", .right), ("of", .right), ("parameters", .right), ("kept", .right),
            ("predicted", .right),
        ])
        let changed = layers.filter { $0.form != "dense" }
        guard !changed.isEmpty else { return "" }
        for layer in changed {
            table.append([
                layer.name, layer.op, layer.shape.map(String.init).joined(separator: "x"), layer.rank.map(String.init) ?? "",
                layer.fullRank.map(String.init) ?? "", NumberText.grouped(layer.parameters.after),
                NumberText.percent(Double(layer.parameters.after) / Double(max(layer.parameters.before, 1)), 1),
                layer.predicted.map { NumberText.signed($0, 5) } ?? "",
            ])
        }
        return table.text()
    }

    private var summaryTable: String {
        var table = TextTable([("", .left), ("before", .right), ("after", .right), ("change", .right)])
        func count(_ name: String, _ change: Change<Int>, _ text: (Int) -> String = NumberText.grouped) {
            let share = Double(change.after) / Double(max(change.before, 1))
            table.append([name, text(change.before), text(change.after), NumberText.percent(share, 1) + " kept"])
        }
        count("parameters", parameters)
        count("file size", bytes, NumberText.bytes)
        if let macs { count("multiply-accumulates", macs) }
        if let latencyMs {
            let ratio = NumberText.fixed(latencyMs.after / latencyMs.before, 2) + " x"
            table.append(["latency (measured)", NumberText.milliseconds(latencyMs.before), NumberText.milliseconds(latencyMs.after), ratio])
        }
        if let holdout {
            let loss = holdout.loss
            table.append([
                "loss", NumberText.fixed(loss.before, 4), NumberText.fixed(loss.after, 4),
                "\(NumberText.signed(loss.difference, 4)) +- \(NumberText.fixed(loss.standardError, 4)), at most \(NumberText.signed(loss.upperBound95, 4))",
            ])
            for metric in [holdout.metric].compactMap(\.self) + holdout.furtherMetrics {
                table.append([metric.name, metric.text(metric.before), metric.text(metric.after), metric.changeText])
            }
        }
        if let metricCommand, let after = metricCommand.after {
            let metric = Metric(name: "'\(metricCommand.command.first ?? "")'", before: metricCommand.before, after: after, isShare: false)
            table.append([metric.name, metric.text(metric.before), metric.text(metric.after), metric.changeText])
        }
        return table.text()
    }

    private var verdictLines: [String] {
        var lines: [String] = []
        let set = holdout.map { " (\($0.samples) samples; one-sided 95 % bound)" } ?? ""
        lines.append("verdict: \(verdict)\(set)")
        lines += notes
        if let output { lines.append("written: \(output)") }
        lines.append("time: \(seconds.text); peak memory \(NumberText.fixed(peakMemoryMiB, 0)) MiB; \(threads) threads, seed \(seed)")
        return lines.map(\.onOneLine)
    }
}

extension CompressionReport.Seconds {
    /// The stages, without the total.
    var text: String {
        "calibrate \(NumberText.fixed(calibrate, 1)) s, plan \(NumberText.fixed(plan, 1)) s, verify \(NumberText.fixed(verify, 1)) s"
    }
}
