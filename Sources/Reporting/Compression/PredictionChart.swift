/// How well predictions held: for each step of the walk, the predicted change of the loss against the measured one.
struct PredictionChart {
    private let steps: [CompressionReport.Step]
    private let samples: Int
    private let missing: Int
    private let range: (low: Double, high: Double)
    private let frame: ChartFrame

    /// Nil where the method predicts nothing.
    init?(_ report: CompressionReport) {
        let all = report.walk.points.compactMap(\.step)
        guard !all.isEmpty else { return nil }
        steps = all.filter {
            ChartAxis.isDrawable($0.predicted) && ChartAxis.isDrawable($0.measured) && ChartAxis.isDrawable($0.standardError)
        }
        missing = all.count - steps.count
        samples = report.samples.select
        let horizontal = ChartAxis(covering: [0] + steps.map(\.predicted), intervals: 4)
        let vertical = ChartAxis(
            covering: [0] + steps.flatMap { [$0.measured - $0.standardError, $0.measured + $0.standardError] })
        // Where both axes have values: there the two can be equal.
        range = (
            max(horizontal.ticks.first ?? 0, vertical.ticks.first ?? 0), min(horizontal.ticks.last ?? 0, vertical.ticks.last ?? 0)
        )
        frame = ChartFrame(
            horizontal: horizontal, vertical: vertical, horizontalTitle: "predicted change of the mean loss, nats", isSigned: true)
    }

    func svg() -> String {
        let (low, high) = (frame.place(range.low, range.low), frame.place(range.high, range.high))
        let diagonal = SVG.path(
            "M\(SVG.coordinate(low.x)) \(SVG.coordinate(low.y))L\(SVG.coordinate(high.x)) \(SVG.coordinate(high.y))", "guide")
        let points = steps.flatMap { step in
            let (x, y) = frame.place(step.predicted, step.measured)
            return frame.errorBar(step.predicted, step.measured, standardError: step.standardError) + [SVG.circle(x, y, 3.5, "selected")]
        }
        let legend = ChartFrame.legend(
            [
                ({ SVG.circle($0, $1, 3.5, "selected") }, "a step, select n = \(samples)"),
                ({ SVG.path("M\(SVG.coordinate($0 - 6)) \(SVG.coordinate($1 + 4))l12 -8", "guide") }, "as predicted"),
            ],
            [steps.contains { $0.standardError > 0 } ? "bar: one standard error" : ""]
                + (missing > 0 ? ["not drawn, for want of finite figures: \(missing)"] : []))
        return frame.svg(
            title: "Steps of the walk, predicted and measured", subtitle: "measured change of the mean loss, nats",
            marks: [diagonal] + points + legend)
    }
}
