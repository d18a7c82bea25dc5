/// Pieces of a page. Every page is XML as well, without scripts and outside resources.
enum HTML {
    /// A whole page, under a heading that is its title.
    static func page(title: String, styles: [String], body: String) -> String {
        let title = title.escapedForXML
        return """
            <!DOCTYPE html>
            <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>\(title)</title>
            <style>
            \(styles.joined(separator: "\n"))
            </style>
            </head>
            <body>
            <h1>\(title)</h1>
            \(body)
            </body>
            </html>

            """
    }

    /// An element with a text.
    static func element(_ name: String, class kind: String? = nil, _ content: String) -> String {
        "<\(name)\(kind.map { " class=\"\($0)\"" } ?? "")>\(content.escapedForXML)</\(name)>"
    }

    static func list(_ items: [String]) -> String { "<ul>\(items.map { element("li", $0) }.joined())</ul>" }

    /// Names and texts, side by side.
    static func particulars(_ entries: [(name: String, text: String)]) -> String {
        "<dl>\n" + entries.map { element("dt", $0.name) + element("dd", $0.text) }.joined(separator: "\n") + "\n</dl>"
    }

    struct Column {
        let title: String
        var alignment = TextTable.Alignment.right
        /// Whether cells may go over several lines where the table is wide.
        var wraps = false
        /// Markup, one a row.
        let cells: [String]
    }

    /// A table whose cells carry their column's title, for screens where rows stand as blocks of their own.
    ///
    /// - Parameters:
    ///   - kind: the class of the table.
    ///   - classes: of a row.
    static func table(_ columns: [Column], rows: Int, kind: String? = nil, classes: (Int) -> String? = { _ in nil }) -> String {
        func side(_ column: Column) -> String {
            let kinds = [column.alignment == .left ? "left" : nil, column.wraps ? "wraps" : nil].compactMap(\.self)
            return kinds.isEmpty ? "" : " class=\"\(kinds.joined(separator: " "))\""
        }
        let header = columns.map { "<th scope=\"col\"\(side($0))>\($0.title.escapedForXML)</th>" }.joined()
        let lines = (0..<rows).map { index in
            let cells = columns.map { "<td\(side($0)) data-label=\"\($0.title.escapedForXML)\">\($0.cells[index])</td>" }
            return "<tr\(classes(index).map { " class=\"\($0)\"" } ?? "")>\(cells.joined())</tr>"
        }
        return
            "<table\(kind.map { " class=\"\($0)\"" } ?? "")>\n<thead><tr>\(header)</tr></thead>\n<tbody>\n\(lines.joined(separator: "\n"))\n</tbody>\n</table>"
    }
}
