internal import SwiftCSV

/// A text file of rows of cells, separated by commas and quoted as RFC 4180 says; lines without anything are left out.
struct CSVTable: Sendable {
    struct Row: Sendable {
        /// Rows are counted from 1, the first one and empty ones among them.
        let number: Int
        /// Without blanks around them.
        let cells: [String]
    }

    let path: String
    let rows: [Row]

    /// - Throws: ``DatasetError/badFile(_:reason:)`` where it is no text, no CSV, or has rows of different lengths.
    init(path: String) throws(DatasetError) {
        let text = try TextFile.text(path)
        // The parser takes a quote that nobody closes for one that the end closes.
        guard text.utf8.count(where: { $0 == UInt8(ascii: "\"") }).isMultiple(of: 2) else {
            throw .badFile(path, reason: "a quotation mark is not closed")
        }
        var rows: [Row] = []
        var number = 0
        do {
            // Only the first row; the parser would fill up short rows in silence.
            let table = try EnumeratedCSV(string: text, delimiter: .comma, loadColumns: false, rowLimit: 0)
            try table.enumerateAsArray(startAt: 0, rowLimit: nil) { cells in
                number += 1
                let cells = cells.map {
                    String($0.trimmingPrefix { $0.isWhitespace }.reversed().trimmingPrefix { $0.isWhitespace }.reversed())
                }
                if cells.contains(where: { !$0.isEmpty }) { rows.append(Row(number: number, cells: cells)) }
            }
        } catch {
            throw .badFile(path, reason: "row \(number + 1) is not quoted as CSV: text stands beside a quotation mark")
        }
        guard let first = rows.first else { throw .badFile(path, reason: "it has no rows") }
        if let row = rows.first(where: { $0.cells.count != first.cells.count }) {
            throw .badFile(
                path, reason: "row \(row.number) has \(row.cells.count) cells where row \(first.number) has \(first.cells.count)")
        }
        self.path = path
        self.rows = rows
    }
}
