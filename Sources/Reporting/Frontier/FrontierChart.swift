/// One chart of a frontier as SVG: the change of the loss against what is kept.
struct FrontierChart {
    private let quantity: FrontierQuantity
    private let samples: FrontierReport.Samples
    private let marks: [FrontierMark]
    /// Points of known share whose figures cannot be drawn.
    private let missing: Int
    private let horizontal: ChartAxis
    private let vertical: ChartAxis
    private let left: Double

    // Units of the view box, which are about pixels on a narrow screen.
    private static let width = 360.0
    private static let height = 334.0
    private static let right = 346.0
    private static let top = 70.0
    private static let bottom = 246.0

    /// Nil where the quantity is known for no point.
    init?(_ report: FrontierReport, _ quantity: FrontierQuantity) {
        let shares = report.points.map { quantity.share(of: $0, original: report.original) }
        guard quantity == .parameters || shares.contains(where: { $0 != nil }) else { return nil }
        var marks: [FrontierMark] = []
        for (index, (point, share)) in zip(report.points, shares).enumerated() {
            guard let share else { continue }
            if let mark = FrontierMark(point, share: share, isSmallestLossless: index == report.smallestLossless) { marks.append(mark) }
        }
        self.quantity = quantity
        self.marks = marks
        samples = report.samples
        missing = shares.count { $0 != nil } - marks.count
        horizontal = ChartAxis(covering: [100] + marks.map(\.share))
        vertical = ChartAxis(
            covering: [0] + marks.flatMap { [$0.difference - $0.standardError, $0.difference + $0.standardError, $0.upperBound ?? 0] })
        let places = vertical.places
        let widest = vertical.ticks.map { NumberText.signed($0, places).count }.max() ?? 0
        left = Double(widest) * 6.4 + 12
    }

    /// The `svg` element. With `style` it stands alone, on its own background.
    func svg(style: String? = nil) -> String {
        let box = "0 0 \(coordinate(FrontierChart.width)) \(coordinate(FrontierChart.height))"
        let title = "Loss against kept \(quantity.name)"
        var lines = ["<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"\(box)\" role=\"img\">"]
        lines.append("<title>\(title)</title>")
        if let style {
            lines.append("<style>\n\(style)\n</style>")
            lines.append("<rect class=\"paper\" width=\"100%\" height=\"100%\"/>")
        }
        lines.append(text(title, x: 10, y: 20, "heading"))
        lines.append(text("change of the mean loss, nats; below 0 is better", x: 10, y: 38))
        lines += frame + marks.flatMap(guide) + marks.flatMap(drawn)
        let (x, y) = place(100, 0)
        lines.append(path("M\(coordinate(x)) \(coordinate(y - 6))l6 6l-6 6l-6 -6z", "original"))
        return (lines + legend + ["</svg>"]).joined(separator: "\n")
    }

    private var frame: [String] {
        var lines: [String] = []
        for tick in vertical.ticks {
            let y = place(0, tick).y
            let kind = tick == 0 ? "zero" : "grid"
            lines.append(path("M\(coordinate(left)) \(coordinate(y))H\(coordinate(FrontierChart.right))", kind))
            let label = tick == 0 ? "0" : NumberText.signed(tick, vertical.places)
            lines.append(text(label, x: left - 6, y: y + 4, "tick end"))
        }
        for tick in horizontal.ticks {
            let x = place(tick, 0).x
            lines.append(path("M\(coordinate(x)) \(coordinate(FrontierChart.bottom))v4", "axis"))
            lines.append(text(NumberText.fixed(tick, horizontal.places), x: x, y: FrontierChart.bottom + 17, "tick middle"))
        }
        lines.append(path("M\(coordinate(left)) \(coordinate(FrontierChart.bottom))H\(coordinate(FrontierChart.right))", "axis"))
        let centre = (left + FrontierChart.right) / 2
        lines.append(text("\(quantity.name) kept, % of the original", x: centre, y: FrontierChart.bottom + 34, "middle"))
        return lines
    }

    /// The line and the label of the smallest lossless point, above the plot, where no other mark can hide them.
    private func guide(_ mark: FrontierMark) -> [String] {
        guard mark.isSmallestLossless else { return [] }
        let x = place(mark.share, 0).x
        let position = horizontal.position(of: mark.share)
        let anchor = position < 0.3 ? "start" : position > 0.7 ? "end" : "middle"
        let line = "M\(coordinate(x)) \(coordinate(FrontierChart.top - 8))V\(coordinate(FrontierChart.bottom))"
        let label = "smallest lossless: \(NumberText.fixed(mark.share, 1)) %"
        return [path(line, "guide"), text(label, x: x, y: FrontierChart.top - 13, "chosen \(anchor)")]
    }

    private func drawn(_ mark: FrontierMark) -> [String] {
        let (x, y) = place(mark.share, mark.difference)
        var lines: [String] = []
        if let bound = mark.upperBound {
            let end = place(mark.share, bound).y
            lines.append(path("M\(coordinate(x)) \(coordinate(y))V\(coordinate(end))m-4 0h8", "bound"))
        }
        if mark.standardError > 0 {
            let upper = place(mark.share, mark.difference + mark.standardError).y
            let lower = place(mark.share, mark.difference - mark.standardError).y
            let caps = "m-3 0h6M\(coordinate(x - 3)) \(coordinate(upper))h6"
            lines.append(path("M\(coordinate(x)) \(coordinate(upper))V\(coordinate(lower))\(caps)", "error"))
        }
        if mark.isSmallestLossless { lines.append(circle(x, y, 8.5, "ring")) }
        lines.append(circle(x, y, 3.5, mark.isCertified ? "certified" : "selected"))
        return lines
    }

    /// Three lines below the plot: what the marks, the bars and the gaps are.
    private var legend: [String] {
        let row = FrontierChart.bottom + 54
        var (lines, x) = ([String](), 14.0)
        func entry(_ symbol: String, _ label: String) {
            lines += [symbol, text(label, x: x + 9, y: row, "tick")]
            x += Double(label.count) * 5.9 + 26
        }
        if marks.contains(where: \.isCertified) { entry(circle(x, row - 4, 3.5, "certified"), "certify, n = \(samples.certify)") }
        if marks.contains(where: { !$0.isCertified }) { entry(circle(x, row - 4, 3.5, "selected"), "select, n = \(samples.select)") }
        entry(path("M\(coordinate(x)) \(coordinate(row - 9))l5 5l-5 5l-5 -5z", "original"), "original")
        var bars: [String] = []
        if marks.contains(where: { $0.standardError > 0 }) { bars.append("bar: one standard error") }
        if marks.contains(where: { $0.upperBound != nil }) { bars.append("faint: to the 95 % upper bound") }
        lines.append(text(bars.joined(separator: "; "), x: 10, y: row + 16, "tick"))
        if missing > 0 { lines.append(text("not drawn, for want of finite figures: \(missing)", x: 10, y: row + 31, "tick")) }
        return lines
    }

    private func place(_ share: Double, _ difference: Double) -> (x: Double, y: Double) {
        let (width, height) = (FrontierChart.right - left, FrontierChart.bottom - FrontierChart.top)
        return (left + width * horizontal.position(of: share), FrontierChart.bottom - height * vertical.position(of: difference))
    }

    private func text(_ content: String, x: Double, y: Double, _ kind: String = "label") -> String {
        "<text class=\"\(kind)\" x=\"\(coordinate(x))\" y=\"\(coordinate(y))\">\(content.escapedForXML)</text>"
    }

    private func path(_ data: String, _ kind: String) -> String { "<path class=\"\(kind)\" d=\"\(data)\"/>" }

    private func circle(_ x: Double, _ y: Double, _ radius: Double, _ kind: String) -> String {
        "<circle class=\"\(kind)\" cx=\"\(coordinate(x))\" cy=\"\(coordinate(y))\" r=\"\(coordinate(radius))\"/>"
    }

    private func coordinate(_ value: Double) -> String { NumberText.fixed(value, 1) }
}
