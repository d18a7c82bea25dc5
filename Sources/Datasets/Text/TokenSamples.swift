internal import Files
internal import Tensors

/// Arrays for a model from the rows of numbers of a text file: sequences become equally long, and what follows from their lengths is made.
///
/// A sequence is an integer input with two axes. A sample's sequences are as long as its ids, the first of them that is no mask, segment or
/// position. They are filled up with 0 to the length that the model fixes, or to the longest; a mask tells what was filled up.
struct TokenSamples {
    /// The inputs' arrays, then the labels.
    let arrays: [StoredArray]
    /// What the user should know.
    let remarks: [String]

    init(path: String, format: TextColumns.Format, request: SampleRequest) throws(DatasetError) {
        let text = try TextColumns(path: path, format: format, wanted: request.inputs.map(\.name) + request.labelNames)
        let sequences = try TokenSequences(text, request)
        var arrays: [StoredArray] = []
        for input in request.inputs { arrays.append(try sequences.array(for: input)) }
        var remarks: [String] = []
        if let name = request.labels {
            let given = request.labelNames.lazy.compactMap { text.columns[$0] }.first
            if var given {
                given.name = name
                arrays.append(try sequences.labels(given))
            } else {
                arrays.append(try sequences.nextIDs(labels: name))
                remarks.append("\(path.quoted) has no labels: each position's label is the id that comes next")
            }
        }
        (self.arrays, self.remarks) = (arrays, remarks)
    }
}

/// The sequences of a text file, and what goes along with them position by position.
private struct TokenSequences {
    private let text: TextColumns
    private let request: SampleRequest
    /// nil where the model takes no sequences, or the file has none.
    private let ids: NumberColumn?
    /// The length that sequences are filled up to.
    private let length: Int

    init(_ text: TextColumns, _ request: SampleRequest) throws(DatasetError) {
        self.text = text
        self.request = request
        let leading = request.inputs.first { $0.isSequence && MadeInput(name: $0.name) == nil && text.columns[$0.name] != nil }
        ids = leading.flatMap { text.columns[$0.name] }
        length = ids.map { leading?.shape[1] ?? $0.longest } ?? 0
        guard let ids else { return }
        if let sample = ids.rows.firstIndex(where: { $0.isEmpty || $0.count > length }) {
            let count = ids.rows[sample].count
            throw .badSample(
                sample, array: ids.name, reason: count == 0 ? "it has no ids" : "it has \(count) ids, but the model takes \(length)")
        }
        let isRagged = ids.rows.contains { $0.count < length }
        let hasMask = request.inputs.contains { MadeInput(name: $0.name) == .mask }
        let labels = request.labelNames.lazy.compactMap { text.columns[$0] }.first
        // Labels of positions leave out what was filled up, and in a language model no position looks at what comes after it.
        guard !isRagged || hasMask || (request.labelsAreClasses && request.labels != nil && labels?.isSingle != true) else {
            throw .badArray(
                ids.name, file: text.path,
                reason: "its rows are of different lengths, and the model has no mask that would leave out what they are filled up with")
        }
    }

    /// The array of an input, from the file or made.
    func array(for input: WantedInput) throws(DatasetError) -> StoredArray {
        if let column = text.columns[input.name] {
            // Numbers side by side that are no sequence: there are as many as the model fixes.
            let isSequence = input.isSequence && !column.rows.allSatisfy { $0.count == input.shape[1] }
            guard !isSequence else { return try sequence(column, filler: 0) }
            let width = input.shape.count == 2 ? column.longest : nil
            return try input.elementType?.isFloatingPoint == true
                ? column.equallyLong().floats(length: width) : column.equallyLong().integers(length: width, filler: 0)
        }
        guard let ids, let made = MadeInput(name: input.name), input.shape.count == 2 || input.shape.isEmpty else {
            throw .missingArray(input.name, file: text.path, available: text.names)
        }
        let rows = ids.rows.map { made.values(count: $0.count) }
        return try sequence(NumberColumn(name: input.name, file: text.path, rows: rows), filler: 0)
    }

    /// What is right: a number for each sample, or a list as long as the ids.
    func labels(_ column: NumberColumn) throws(DatasetError) -> StoredArray {
        guard request.labelsAreClasses else { return try column.equallyLong().floats() }
        guard let ids, !column.isSingle else { return try column.equallyLong().labels(areClasses: true) }
        guard column.rows != ids.rows else {
            throw .badArray(
                column.name, file: text.path,
                reason: "the labels are the ids themselves, but a position's label is what its own output should say; "
                    + "leave them out, and each position's label is the id that comes next")
        }
        return try sequence(column, filler: Int64(Labels.ignored))
    }

    /// For a language model: the id that comes next is what a position should say. The last one says nothing that counts, nor do
    /// positions that a mask leaves out.
    func nextIDs(labels name: String) throws(DatasetError) -> StoredArray {
        guard let ids, request.labelsAreClasses else { throw .missingArray(name, file: text.path, available: text.names) }
        let mask = request.inputs.lazy.filter { MadeInput(name: $0.name) == .mask }.compactMap { text.columns[$0.name] }.first
        var rows: [[Double]] = []
        for (sample, row) in ids.rows.enumerated() {
            let counts = mask.map { $0.rows[sample] } ?? Array(repeating: 1, count: row.count)
            let labels = row.indices.map { position in
                position + 1 < row.count && counts[position] != 0 && counts[position + 1] != 0 ? row[position + 1] : Double(Labels.ignored)
            }
            guard labels.contains(where: { $0 != Double(Labels.ignored) }) else {
                throw .badSample(sample, array: ids.name, reason: "it has no labels, and too few ids to take the next one for a label")
            }
            rows.append(labels)
        }
        return try sequence(NumberColumn(name: name, file: text.path, rows: rows), filler: Int64(Labels.ignored))
    }

    /// - Throws: ``DatasetError/badSample(_:array:reason:)`` for a row that is not as long as the sample's ids.
    private func sequence(_ column: NumberColumn, filler: Int64) throws(DatasetError) -> StoredArray {
        guard let ids else { return try column.equallyLong().integers(length: column.longest, filler: filler) }
        if let sample = column.rows.indices.first(where: { column.rows[$0].count != ids.rows[$0].count }) {
            throw .badSample(
                sample, array: column.name,
                reason: "it has \(column.rows[sample].count) numbers where \(ids.name.quoted) has \(ids.rows[sample].count)")
        }
        return try column.integers(length: length, filler: filler)
    }
}

extension WantedInput {
    /// Whether it takes integers with a position for each; a mask may be of any type.
    fileprivate var isSequence: Bool {
        shape.count == 2 && (elementType?.isFloatingPoint == false || MadeInput(name: name) == .mask)
    }
}
