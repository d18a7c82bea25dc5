/// A plain-text table: the first column to the left, numbers to the right, two spaces between columns.
package struct TextTable: Sendable {
    package enum Alignment: Sendable { case left, right }

    private let header: [String]
    private let alignments: [Alignment]
    private var rows: [[String]] = []

    package init(_ columns: [(title: String, alignment: Alignment)]) {
        header = columns.map(\.title)
        alignments = columns.map(\.alignment)
    }

    /// Control characters in cells are escaped.
    package mutating func append(_ row: [String]) {
        rows.append(row.map(\.onOneLine))
    }

    /// The lines, without trailing spaces.
    ///
    /// - Parameter width: columns that there are for a line; names in the first column are shortened in the middle where they ask for more.
    package func text(width: Int? = TerminalWidth.ofStandardOutput) -> String {
        var all = [header] + rows
        var widths = header.indices.map { column in all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        if let width, let first = widths.first {
            let excess = widths.reduce(0, +) + 2 * (widths.count - 1) - width
            let room = max(first - excess, TextTable.shortestName)
            if room < first {
                widths[0] = room
                for row in all.indices where !all[row].isEmpty { all[row][0] = TextTable.shortened(all[row][0], to: room) }
            }
        }
        return all.map { row in
            let cells = widths.indices.map { column -> String in
                let cell = column < row.count ? row[column] : ""
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return alignments[column] == .left ? cell + padding : padding + cell
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }

    private static let shortestName = 12

    /// Beginning and end tell names apart that differ in a number.
    private static func shortened(_ name: String, to length: Int) -> String {
        guard name.count > length else { return name }
        return "\(name.prefix((length - 1) / 2))…\(name.suffix(length - 1 - (length - 1) / 2))"
    }
}
