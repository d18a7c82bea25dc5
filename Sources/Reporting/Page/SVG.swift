/// Elements of a picture.
enum SVG {
    static func text(_ content: String, x: Double, y: Double, _ kind: String = "label") -> String {
        "<text class=\"\(kind)\" x=\"\(coordinate(x))\" y=\"\(coordinate(y))\">\(content.escapedForXML)</text>"
    }

    static func path(_ data: String, _ kind: String) -> String { "<path class=\"\(kind)\" d=\"\(data)\"/>" }

    static func circle(_ x: Double, _ y: Double, _ radius: Double, _ kind: String) -> String {
        "<circle class=\"\(kind)\" cx=\"\(coordinate(x))\" cy=\"\(coordinate(y))\" r=\"\(coordinate(radius))\"/>"
    }

    static func coordinate(_ value: Double) -> String { NumberText.fixed(value, 1) }

    /// The `svg` element around other ones. With `style` it stands alone, on its own background.
    static func picture(_ kind: String, width: Double, height: Double, title: String, style: String? = nil, _ elements: [String]) -> String
    {
        let box = "0 0 \(coordinate(width)) \(coordinate(height))"
        var lines = ["<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"\(kind)\" viewBox=\"\(box)\" role=\"img\">"]
        lines.append("<title>\(title.escapedForXML)</title>")
        if let style {
            lines.append("<style>\n\(style)\n</style>")
            lines.append("<rect class=\"paper\" width=\"100%\" height=\"100%\"/>")
        }
        return (lines + elements + ["</svg>"]).joined(separator: "\n")
    }
}
