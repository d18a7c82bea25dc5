internal import Files

/// Columns of numbers in a text file, one row a sample: those that somebody wants, by name.
struct TextColumns: Sendable {
    let path: String
    let sampleCount: Int
    /// In no order.
    let columns: [String: NumberColumn]
    /// All names that the file has, for messages.
    let names: [String]

    /// How a file of samples is told by its name; nil for one that is no text.
    enum Format: String, CaseIterable {
        case csv, jsonl, ndjson

        init?(path: String) {
            guard let format = Format.allCases.first(where: { path.lowercased().hasSuffix("." + $0.rawValue) }) else { return nil }
            self = format
        }
    }

    init(path: String, format: Format, wanted: [String]) throws(DatasetError) {
        switch format {
        case .csv: try self.init(CSVTable(path: path), wanted: wanted)
        case .jsonl, .ndjson: try self.init(JSONLinesFile(path: path, wanted: wanted))
        }
    }

    /// The first row names the columns; a cell holds numbers, separated by blanks.
    private init(_ table: CSVTable, wanted: [String]) throws(DatasetError) {
        let rows = table.rows.dropFirst()
        let names = table.rows[0].cells
        guard !rows.isEmpty else { throw .badFile(table.path, reason: "it has no rows after the first, which names the columns") }
        var columns: [String: NumberColumn] = [:]
        for (position, name) in names.enumerated() where wanted.contains(name) {
            let column = try NumberColumn(name: name, file: table.path, cells: rows.map { $0.cells[position] })
            guard columns.updateValue(column, forKey: name) == nil else {
                throw .badFile(table.path, reason: "two columns are called \(name.quoted)")
            }
        }
        (path, sampleCount, self.columns, self.names) = (table.path, rows.count, columns, names)
    }

    private init(_ file: JSONLinesFile) throws(DatasetError) {
        var columns: [String: NumberColumn] = [:]
        for (name, rows) in file.columns { columns[name] = NumberColumn(name: name, file: file.path, rows: rows) }
        (path, sampleCount, self.columns, names) = (file.path, file.rowCount, columns, file.columns.keys.sorted())
    }
}
