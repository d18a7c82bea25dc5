/// What all charts of a change of the loss have around their marks: title, axes and the places of values.
struct ChartFrame {
    private let horizontal: ChartAxis
    private let vertical: ChartAxis
    private let horizontalTitle: String
    /// Whether the horizontal axis is a change as well, whose sign counts.
    private let isSigned: Bool
    private let left: Double

    // Units of the view box, which are about pixels on a narrow screen.
    private static let width = 360.0
    private static let height = 334.0
    private static let right = 346.0
    static let top = 70.0
    static let bottom = 246.0

    init(horizontal: ChartAxis, vertical: ChartAxis, horizontalTitle: String, isSigned: Bool = false) {
        self.horizontal = horizontal
        self.vertical = vertical
        self.horizontalTitle = horizontalTitle
        self.isSigned = isSigned
        let widest = vertical.ticks.map { NumberText.signed($0, vertical.places).count }.max() ?? 0
        left = Double(widest) * 6.4 + 12
    }

    /// The `svg` element of a chart. With `style` it stands alone, on its own background.
    ///
    /// - Parameters:
    ///   - subtitle: what the vertical axis counts.
    ///   - marks: drawn on top of the axes.
    func svg(title: String, subtitle: String, style: String? = nil, marks: [String]) -> String {
        let head = [SVG.text(title, x: 10, y: 20, "heading"), SVG.text(subtitle, x: 10, y: 38)]
        return SVG.picture(
            "chart", width: ChartFrame.width, height: ChartFrame.height, title: title, style: style, head + axes + marks)
    }

    private var axes: [String] {
        var lines: [String] = []
        for tick in vertical.ticks {
            let y = place(0, tick).y
            let kind = tick == 0 ? "zero" : "grid"
            lines.append(SVG.path("M\(SVG.coordinate(left)) \(SVG.coordinate(y))H\(SVG.coordinate(ChartFrame.right))", kind))
            lines.append(SVG.text(ChartFrame.signed(tick, vertical), x: left - 6, y: y + 4, "tick end"))
        }
        for tick in horizontal.ticks {
            let x = place(tick, 0).x
            lines.append(SVG.path("M\(SVG.coordinate(x)) \(SVG.coordinate(ChartFrame.bottom))v4", "axis"))
            let label = isSigned ? ChartFrame.signed(tick, horizontal) : NumberText.fixed(tick, horizontal.places)
            // Half of a long label at the last tick would be outside.
            let isInside = x + Double(label.count) * 3.2 <= ChartFrame.width
            lines.append(
                SVG.text(label, x: isInside ? x : ChartFrame.width - 2, y: ChartFrame.bottom + 17, isInside ? "tick middle" : "tick end"))
        }
        let bottom = SVG.coordinate(ChartFrame.bottom)
        lines.append(SVG.path("M\(SVG.coordinate(left)) \(bottom)H\(SVG.coordinate(ChartFrame.right))", "axis"))
        let centre = (left + ChartFrame.right) / 2
        lines.append(SVG.text(horizontalTitle, x: centre, y: ChartFrame.bottom + 34, "middle"))
        return lines
    }

    private static func signed(_ tick: Double, _ axis: ChartAxis) -> String { tick == 0 ? "0" : NumberText.signed(tick, axis.places) }

    func place(_ horizontally: Double, _ vertically: Double) -> (x: Double, y: Double) {
        let (width, height) = (ChartFrame.right - left, ChartFrame.bottom - ChartFrame.top)
        return (
            left + width * horizontal.position(of: horizontally), ChartFrame.bottom - height * vertical.position(of: vertically)
        )
    }

    /// A bar with caps, an error to both sides of a value; none where there is no error.
    func errorBar(_ horizontally: Double, _ vertically: Double, standardError: Double) -> [String] {
        guard standardError > 0 else { return [] }
        let (x, upper) = place(horizontally, vertically + standardError)
        let lower = place(horizontally, vertically - standardError).y
        let caps = "m-3 0h6M\(SVG.coordinate(x - 3)) \(SVG.coordinate(upper))h6"
        return [SVG.path("M\(SVG.coordinate(x)) \(SVG.coordinate(upper))V\(SVG.coordinate(lower))\(caps)", "error")]
    }

    /// Lines below the axes: symbols with what they stand for, then texts.
    static func legend(_ entries: [(symbol: (_ x: Double, _ y: Double) -> String, label: String)], _ texts: [String]) -> [String] {
        let row = bottom + 54
        var (lines, x) = ([String](), 14.0)
        for entry in entries {
            lines += [entry.symbol(x, row - 4), SVG.text(entry.label, x: x + 9, y: row, "tick")]
            x += Double(entry.label.count) * 5.9 + 26
        }
        for (number, text) in texts.enumerated() {
            lines.append(SVG.text(text, x: 10, y: row + 16 + 15 * Double(number), "tick"))
        }
        return lines
    }
}
