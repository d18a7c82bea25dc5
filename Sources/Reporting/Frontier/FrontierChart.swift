/// A chart of smaller models as SVG: the change of the loss, or of the share of right answers, against what is kept.
struct FrontierChart {
    private let title: String
    /// What the vertical axis counts.
    private let subtitle: String
    /// What the faint bars end at.
    private let boundName: String
    private let marks: [FrontierMark]
    /// What the marked point is.
    private let markName: String
    /// Of the select and the certify set.
    private let samples: CompressionReport.Samples
    /// Points of known share whose figures cannot be drawn.
    private let missing: Int
    private let horizontal: ChartAxis
    private let frame: ChartFrame

    /// The share of right answers; nil where that, or the quantity, is known for no point.
    init?(accuracyOf report: FrontierReport, _ quantity: FrontierQuantity) {
        guard let name = report.points.lazy.compactMap(\.accuracy).first?.name else { return nil }
        let shares = report.points.map { point in point.accuracy.flatMap { _ in quantity.share(of: point, original: report.original) } }
        guard shares.contains(where: { $0 != nil }) else { return nil }
        let marks = zip(report.points.indices, shares).compactMap { index, share -> FrontierMark? in
            guard let share, let accuracy = report.points[index].accuracy else { return nil }
            return FrontierMark(
                share: share, difference: 100 * accuracy.difference, standardError: 100 * accuracy.standardError,
                bound: -100 * accuracy.fallUpperBound95, isCertified: true, isMarked: index == report.smallestLossless)
        }
        self.init(
            quantity, marks, markedAs: "smallest lossless", samples: report.samples, missing: shares.count { $0 != nil } - marks.count,
            title: name, subtitle: "change of \(name), percentage points; above 0 is better", boundName: "95 % lower bound")
    }

    /// The loss; nil where the quantity is known for no point.
    init?(_ report: FrontierReport, _ quantity: FrontierQuantity) {
        let shares = report.points.map { quantity.share(of: $0, original: report.original) }
        guard quantity == .parameters || shares.contains(where: { $0 != nil }) else { return nil }
        let marks = zip(report.points.indices, shares).compactMap { index, share in
            share.flatMap { FrontierMark(report.points[index], share: $0, isMarked: index == report.smallestLossless) }
        }
        self.init(
            quantity, marks, markedAs: "smallest lossless", samples: report.samples, missing: shares.count { $0 != nil } - marks.count)
    }

    /// The walk of a compression: its points on the select set, and what the chosen one came to on the certify set.
    init(walkOf report: CompressionReport) {
        var marks = report.walk.points.enumerated().compactMap { index, point in
            FrontierMark(
                share: point.keptShare, difference: point.loss.difference, standardError: point.loss.standardError,
                isMarked: index == report.walk.chosen && report.holdout == nil)
        }
        let missing = report.walk.points.count - marks.count
        if let loss = report.holdout?.loss {
            let share = Double(report.parameters.after) / Double(max(report.parameters.before, 1))
            let certified = FrontierMark(
                share: share, difference: loss.difference, standardError: loss.standardError, bound: loss.upperBound95,
                isCertified: true, isMarked: true)
            marks += [certified].compactMap(\.self)
        }
        self.init(.parameters, marks, markedAs: "chosen", samples: report.samples, missing: missing)
    }

    private init(
        _ quantity: FrontierQuantity, _ marks: [FrontierMark], markedAs markName: String, samples: CompressionReport.Samples, missing: Int,
        title: String = "Loss", subtitle: String = "change of the mean loss, nats; below 0 is better",
        boundName: String = "95 % upper bound"
    ) {
        self.title = "\(title) against kept \(quantity.name)"
        self.subtitle = subtitle
        self.boundName = boundName
        self.marks = marks
        self.markName = markName
        self.samples = samples
        self.missing = missing
        horizontal = ChartAxis(covering: [100] + marks.map(\.share))
        let vertical = ChartAxis(
            covering: [0] + marks.flatMap { [$0.difference - $0.standardError, $0.difference + $0.standardError, $0.bound ?? 0] })
        frame = ChartFrame(horizontal: horizontal, vertical: vertical, horizontalTitle: "\(quantity.name) kept, % of the original")
    }

    /// The `svg` element. With `style` it stands alone, on its own background.
    func svg(style: String? = nil) -> String {
        let (x, y) = frame.place(100, 0)
        let original = SVG.path("M\(SVG.coordinate(x)) \(SVG.coordinate(y - 6))l6 6l-6 6l-6 -6z", "original")
        return frame.svg(
            title: title, subtitle: subtitle, style: style,
            marks: marks.flatMap(guide) + marks.flatMap(drawn) + [original] + legend)
    }

    /// The line and the label of the marked point, above the plot, where no other mark can hide them.
    private func guide(_ mark: FrontierMark) -> [String] {
        guard mark.isMarked else { return [] }
        let x = frame.place(mark.share, 0).x
        let position = horizontal.position(of: mark.share)
        let anchor = position < 0.3 ? "start" : position > 0.7 ? "end" : "middle"
        let line = "M\(SVG.coordinate(x)) \(SVG.coordinate(ChartFrame.top - 8))V\(SVG.coordinate(ChartFrame.bottom))"
        let label = "\(markName): \(NumberText.fixed(mark.share, 1)) %"
        return [SVG.path(line, "guide"), SVG.text(label, x: x, y: ChartFrame.top - 13, "chosen \(anchor)")]
    }

    private func drawn(_ mark: FrontierMark) -> [String] {
        let (x, y) = frame.place(mark.share, mark.difference)
        var lines: [String] = []
        if let bound = mark.bound {
            let end = frame.place(mark.share, bound).y
            lines.append(SVG.path("M\(SVG.coordinate(x)) \(SVG.coordinate(y))V\(SVG.coordinate(end))m-4 0h8", "bound"))
        }
        lines += frame.errorBar(mark.share, mark.difference, standardError: mark.standardError)
        if mark.isMarked { lines.append(SVG.circle(x, y, 8.5, "ring")) }
        lines.append(SVG.circle(x, y, 3.5, mark.isCertified ? "certified" : "selected"))
        return lines
    }

    /// Three lines below the plot: what the marks, the bars and the gaps are.
    private var legend: [String] {
        var entries: [(symbol: (Double, Double) -> String, label: String)] = []
        if marks.contains(where: \.isCertified) {
            entries.append(({ SVG.circle($0, $1, 3.5, "certified") }, "certify, n = \(samples.certify)"))
        }
        if marks.contains(where: { !$0.isCertified }) {
            entries.append(({ SVG.circle($0, $1, 3.5, "selected") }, "select, n = \(samples.select)"))
        }
        entries.append(({ SVG.path("M\(SVG.coordinate($0)) \(SVG.coordinate($1 - 5))l5 5l-5 5l-5 -5z", "original") }, "original"))
        var bars: [String] = []
        if marks.contains(where: { $0.standardError > 0 }) { bars.append("bar: one standard error") }
        if marks.contains(where: { $0.bound != nil }) { bars.append("faint: to the \(boundName)") }
        return ChartFrame.legend(
            entries, [bars.joined(separator: "; ")] + (missing > 0 ? ["not drawn, for want of finite figures: \(missing)"] : []))
    }
}
