package import Files

/// A matrix kept in float32, to take half of the memory while it waits, or none.
package struct SinglePrecisionMatrix: Sendable {
    package let rows: Int
    package let columns: Int
    /// Row-major.
    private let elements: Storage

    private enum Storage {
        case memory([Float])
        case disk(StoredBytes)
    }

    /// Elements of the smallest matrix that is worth a file.
    private static let fewestOnDisk = 1 << 14

    /// The matrix with each element rounded to the nearest float32; nil where one would become infinite.
    ///
    /// - Parameter isOnDisk: whether a matrix that is not small waits in a temporary file.
    package init?(rounding matrix: Matrix, onDisk isOnDisk: Bool = false) throws(TemporaryFileError) {
        let rounded = matrix.elements.map { Float($0) }
        guard rounded.allSatisfy(\.isFinite) else { return nil }
        (rows, columns) = (matrix.rows, matrix.columns)
        guard isOnDisk, rounded.count >= SinglePrecisionMatrix.fewestOnDisk else {
            elements = .memory(rounded)
            return
        }
        let stored = rounded.withUnsafeBytes { bytes in Result { () throws(TemporaryFileError) in try StoredBytes(bytes) } }
        elements = .disk(try stored.get())
    }

    package var matrix: Matrix {
        let numbers =
            switch elements {
            case .memory(let elements): elements.map { Double($0) }
            case .disk(let stored): stored.withBytes { $0.withMemoryRebound(to: Float.self) { $0.map { Double($0) } } }
            }
        return Matrix(rows: rows, columns: columns, unchecked: numbers)
    }
}
