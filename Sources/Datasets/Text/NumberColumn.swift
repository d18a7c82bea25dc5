internal import Files
internal import Tensors

/// Numbers that a text file has for each sample, on their way into an array.
struct NumberColumn: Sendable {
    var name: String
    let file: String
    /// One row a sample.
    var rows: [[Double]]

    /// More than any set of samples needs that was written as text.
    private static let maximumByteCount = 1 << 30

    /// Whether every sample has exactly one number.
    var isSingle: Bool { rows.allSatisfy { $0.count == 1 } }

    /// Numbers of the longest row.
    var longest: Int { rows.map(\.count).max() ?? 0 }

    /// Integers: `[N]` where every sample has one and `length` does not ask for more, else `[N, length]`, filled up with `filler`.
    ///
    /// - Parameter length: nil for that of the longest row.
    /// - Throws: ``DatasetError/badSample(_:array:reason:)`` for a number that is no integer or a row that is longer than `length`.
    func integers(length: Int?, filler: Int64) throws(DatasetError) -> StoredArray {
        try array(length: length, filler: filler) { value in
            // Beyond 2^53, a number in a text file may have been rounded.
            abs(value) <= 0x1p53 ? Int64(exactly: value) : nil
        }
    }

    /// Floats, shaped as ``integers(length:filler:)`` are.
    func floats(length: Int? = nil) throws(DatasetError) -> StoredArray {
        try array(length: length, filler: 0) { value in Float(value) }
    }

    private func array<Scalar: TensorScalar>(
        length: Int?, filler: Scalar, _ convert: (Double) -> Scalar?
    ) throws(DatasetError) -> StoredArray {
        let width = length ?? longest
        let (count, overflow) = width.multipliedReportingOverflow(by: rows.count)
        guard !overflow, count <= NumberColumn.maximumByteCount / MemoryLayout<Scalar>.size else {
            throw .badArray(
                name, file: file, reason: "its \(rows.count) rows take more than 1 GiB once they are as long as the longest, \(width)")
        }
        var values: [Scalar] = []
        values.reserveCapacity(count)
        for (sample, row) in rows.enumerated() {
            guard row.count <= width else {
                throw .badSample(sample, array: name, reason: "it has \(row.count) numbers, but the model takes \(width)")
            }
            for number in row {
                guard let value = convert(number) else { throw .badSample(sample, array: name, reason: "\(number) is no integer") }
                values.append(value)
            }
            values.append(contentsOf: repeatElement(filler, count: width - row.count))
        }
        let shape = length == nil && isSingle ? [rows.count] : [rows.count, width]
        do {
            return StoredArray(name: name, tensor: try Tensor(shape: shape, values))
        } catch {
            throw .badArray(name, file: file, reason: error.description)
        }
    }
}

extension NumberColumn {
    /// The column, if no row has more numbers than another.
    func equallyLong() throws(DatasetError) -> NumberColumn {
        let count = rows.first?.count ?? 0
        if let sample = rows.firstIndex(where: { $0.count != count }) {
            throw .badSample(sample, array: name, reason: "it has \(rows[sample].count) numbers where sample 0 has \(count)")
        }
        guard count > 0 else { throw .badSample(0, array: name, reason: "it has no numbers") }
        return self
    }

    /// Cells of numbers, separated by blanks.
    init(name: String, file: String, cells: [String]) throws(DatasetError) {
        var rows: [[Double]] = []
        for (sample, cell) in cells.enumerated() {
            var row: [Double] = []
            for word in cell.split(whereSeparator: \.isWhitespace) {
                guard let number = Double(word) else {
                    throw .badSample(sample, array: name, reason: "\(String(word).quoted) is no number")
                }
                row.append(number)
            }
            guard !row.isEmpty else { throw .badSample(sample, array: name, reason: "it has no numbers") }
            rows.append(row)
        }
        self.init(name: name, file: file, rows: rows)
    }

    /// The column as what is right: integers where classes are wanted, filled up with ``Labels/ignored``, else floats.
    func labels(areClasses: Bool) throws(DatasetError) -> StoredArray {
        areClasses ? try integers(length: nil, filler: Int64(Labels.ignored)) : try equallyLong().floats()
    }
}
