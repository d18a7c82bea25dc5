/// What a compression changed, for tables in the terminal, on the page and on the model card.
struct CompressionFigures {
    struct Row {
        let name: String
        let before: String
        let after: String
        let change: String
    }

    /// Size and cost: nil for what was not measured.
    let sizes: [(name: String, row: Row?)]
    /// Loss and metrics on the certify set, and what the user's own program said; none where nothing was certified.
    let quality: [Row]

    /// `plusMinus` stands before standard errors.
    init(_ report: CompressionReport, plusMinus: String) {
        typealias Change = CompressionReport.Change
        func count(_ name: String, _ change: Change<Int>?, _ text: (Int) -> String = NumberText.grouped) -> (name: String, row: Row?) {
            let row = change.map { change in
                Row(
                    name: name, before: text(change.before), after: text(change.after),
                    change: NumberText.percent(Double(change.after) / Double(max(change.before, 1)), 1) + " kept")
            }
            return (name, row)
        }
        let latency = report.latencyMs.map { change in
            Row(
                name: "latency (measured)", before: NumberText.finite(change.before, NumberText.milliseconds),
                after: NumberText.finite(change.after, NumberText.milliseconds),
                change: change.ratioText(plusMinus: plusMinus))
        }
        sizes = [
            count("parameters", report.parameters), count("file size", report.bytes, NumberText.bytes),
            count("multiply-accumulates", report.macs), ("latency", latency), ("memory of a run", nil),
        ]
        let certified: [Row] =
            report.holdout.map { holdout in
                let loss = holdout.loss
                let change =
                    NumberText.lossChange(loss.difference, standardError: loss.standardError, plusMinus: plusMinus)
                    + ", at most \(NumberText.lossChange(loss.upperBound95))"
                let metrics = ([holdout.metric].compactMap(\.self) + holdout.furtherMetrics).map { metric in
                    let accuracy = holdout.accuracy?.name == metric.name ? holdout.accuracy : nil
                    return Row(
                        name: metric.name, before: metric.text(metric.before), after: metric.text(metric.after),
                        change: accuracy.map { "\($0.changeText(plusMinus: plusMinus)), \($0.boundText)" } ?? metric.changeText)
                }
                let disagreement = holdout.disagreement.map {
                    Row(name: "predictions changed", before: "", after: "", change: NumberText.finite($0) { NumberText.percent($0) })
                }
                return [Row(name: "loss", before: NumberText.loss(loss.before), after: NumberText.loss(loss.after), change: change)]
                    + CompressionFigures.calibrated(holdout.calibrated, plusMinus: plusMinus) + metrics + [disagreement].compactMap(\.self)
            } ?? []
        quality = certified + [CompressionFigures.judgement(report.metricCommand)].compactMap(\.self)
    }

    /// The loss at each model's best temperature, and the temperatures; none where there are none.
    private static func calibrated(_ loss: CompressionReport.CalibratedLoss?, plusMinus: String) -> [Row] {
        guard let loss else { return [] }
        return [
            Row(
                name: "calibrated loss", before: NumberText.loss(loss.before), after: NumberText.loss(loss.after),
                change: loss.changeText(plusMinus: plusMinus)),
            Row(
                name: "best temperature", before: loss.temperatureBefore, after: loss.temperatureAfter, change: ""),
        ]
    }

    /// What the user's own program said; nil where it said nothing of the result.
    private static func judgement(_ judge: CompressionReport.MetricCommand?) -> Row? {
        guard let judge, let after = judge.after else { return nil }
        let metric = CompressionReport.Metric(name: "'\(judge.command.first ?? "")'", before: judge.before, after: after, isShare: false)
        return Row(name: metric.name, before: metric.text(metric.before), after: metric.text(metric.after), change: metric.changeText)
    }
}

extension CompressionReport {
    /// What the verdict says, in a sentence.
    var verdictMeaning: String {
        guard let loss = holdout?.loss else { return "No smaller model was found that could be certified." }
        guard certified.isEmpty else { return "Certified: \(certified.joined(separator: "; "))." }
        guard verdict == "not-met" else { return "What was asked for holds." }
        if metricCommand?.isRefusing == true {
            return "The limits would be kept, but the program that judges the result refuses it."
        }
        if tolerance == nil, maximumDrop == nil {
            return
                "It cannot be said that nothing is measurably worse: neither the loss, softer or sharper logits aside, nor right answers."
        }
        return loss.difference <= 0
            ? "The mean loss is not above the original's on the certify samples, which is no proof by itself: a bound is above its limit."
            : "What was asked for cannot be said to hold: a bound is above its limit."
    }

    /// The limits that counted, as options; nil where there were none.
    private var limitsText: String? {
        let limits = MildestLimits(maximumDrop: maximumDrop?.value, tolerance: tolerance).options
        return limits.isEmpty
            ? nil
            : stride(from: 0, to: limits.count, by: 2).map { limits[$0...($0 + 1)].joined(separator: " ") }
                .joined(separator: ", ")
    }

    /// The changes that the verdict rests on; nil where nothing was certified.
    ///
    /// - Parameter plusMinus: stands before standard errors.
    func boundText(plusMinus: String) -> String? {
        holdout.map { holdout in
            let loss = holdout.loss
            let change = NumberText.lossChange(loss.difference, standardError: loss.standardError, plusMinus: plusMinus)
            let accuracy = holdout.accuracy.map { "; \($0.name) by \($0.changeText(plusMinus: plusMinus)), it \($0.boundText)" } ?? ""
            return "The mean loss changes by \(change), with 95 % confidence by at most "
                + "\(NumberText.lossChange(holdout.loss.upperBound95))\(accuracy) (one-sided bounds; n = \(NumberText.grouped(holdout.samples))"
                + "\(limitsText.map { ", \($0)" } ?? ""))."
        }
    }

    /// Nothing where all ran on the CPU.
    private var providers: [(name: String, text: String)] {
        guard environment.provider != nil || environment.calibrationProvider != nil else { return [] }
        let texts = "results on \(environment.provider ?? "cpu"), calibration on \(environment.calibrationProvider ?? "cpu")"
        return [("providers", texts)]
    }

    /// Where and how the run took place: names and texts.
    var particulars: [(name: String, text: String)] {
        let processor = environment.processor ?? "processor of unknown name"
        return [
            ("versions", "jointrank \(version), ONNX Runtime \(environment.onnxRuntime)"),
            ("machine", "\(processor), \(environment.logicalProcessors) logical processors; \(environment.operatingSystem)"),
        ] + providers + [
            ("method", "\(method), mode \(mode), optimizing \(optimize)"),
            ("samples", "fit \(samples.fitText), select \(samples.select), certify \(samples.certify)"),
            ("seed", "\(seed)"),
            ("threads", "\(threads)"),
            ("time", seconds.text),
            ("peak memory", "\(NumberText.fixed(peakMemoryMiB, 0)) MiB of this run of jointrank"),
        ]
    }
}
