internal import Files

/// A table of image files, named from its own folder on, and their labels.
///
/// A first row that has the cells `file` and `label` (or the labels' name) is a header, and says which columns these are; without one,
/// there are two columns, files first. Labels are names where there is a list of classes, else numbers, several separated by blanks.
struct LabelTable {
    let files: [String]
    /// nil where none are wanted.
    let labels: StoredArray?

    init(path: String, request: SampleRequest, classes: ClassNames?) throws(DatasetError) {
        let table = try CSVTable(path: path)
        var rows = table.rows[...]
        var (fileColumn, labelColumn) = (0, 1)
        let header = table.rows[0].cells
        if let file = header.firstIndex(of: "file"), let label = header.firstIndex(where: { request.labelNames.contains($0) }) {
            (fileColumn, labelColumn) = (file, label)
            rows = rows.dropFirst()
        } else if header.count != 2 {
            throw .badFile(path, reason: "it has \(header.count) columns and no header with 'file' and 'label' to tell them apart")
        }
        guard !rows.isEmpty else { throw .badFile(path, reason: "it lists no images") }
        for row in rows {
            let file = row.cells[fileColumn]
            guard !file.isEmpty, !file.hasPrefix("/"), !file.split(separator: "/").contains("..") else {
                throw .badFile(path, reason: "row \(row.number): \(file.quoted) is no file of the table's own folder")
            }
        }
        files = rows.map { $0.cells[fileColumn] }
        guard let name = request.labels else {
            labels = nil
            return
        }
        let cells = rows.map { $0.cells[labelColumn] }
        if let classes, request.labelsAreClasses {
            var numbers: [[Double]] = []
            for cell in cells { numbers.append([Double(try classes.number(of: cell, in: path))]) }
            labels = try NumberColumn(name: name, file: path, rows: numbers).labels(areClasses: true)
        } else {
            labels = try NumberColumn(name: name, file: path, cells: cells).labels(areClasses: request.labelsAreClasses)
        }
    }
}
