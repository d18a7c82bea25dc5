/// Why a matrix cannot be made or decomposed.
package enum LinearAlgebraError: Error, Hashable, CustomStringConvertible {
    /// The elements are not as many as rows times columns, or these are negative or overflow.
    case elementCount(rows: Int, columns: Int, actual: Int)
    /// Two matrices whose shapes do not fit together.
    case shapeMismatch(operation: String, left: Shape, right: Shape)
    /// A decomposition of square matrices was asked of another.
    case notSquare(matrix: String, Shape)
    /// The first element, in row-major order, that is infinite or not a number.
    case notFinite(matrix: String, row: Int, column: Int)
    /// Beyond what the 32-bit integers of LAPACK's interface can count.
    case tooLarge(matrix: String, Shape)
    /// No memory for the buffer that OpenBLAS works in, of so many bytes.
    case outOfMemory(bytes: Int)
    /// LAPACK gave up: its routine's name and the positive value of `info` that says where.
    case notConverged(matrix: String, routine: String, info: Int)
    /// LAPACK refused an argument: its routine's name and the argument's number.
    case invalidArgument(matrix: String, routine: String, number: Int)

    package struct Shape: Sendable, Hashable, CustomStringConvertible {
        package let rows: Int
        package let columns: Int

        package var description: String { "\(rows)x\(columns)" }
    }

    package var description: String {
        switch self {
        case .elementCount(let rows, let columns, let actual):
            "\(actual) elements do not make a matrix of \(rows) rows and \(columns) columns"
        case .shapeMismatch(let operation, let left, let right):
            "the shapes \(left) and \(right) do not fit together in \(operation)"
        case .notSquare(let matrix, let shape):
            "\(matrix) is \(shape), and not square"
        case .notFinite(let matrix, let row, let column):
            "\(matrix) holds an infinity or NaN, first in row \(row), column \(column)"
        case .tooLarge(let matrix, let shape):
            "\(matrix), \(shape), is too large for LAPACK"
        case .outOfMemory(let bytes):
            "out of memory: OpenBLAS needs \(bytes >> 20) MiB"
        case .notConverged(let matrix, let routine, let info):
            "LAPACK's \(routine) did not converge for \(matrix) (info \(info))"
        case .invalidArgument(let matrix, let routine, let number):
            "LAPACK's \(routine) refused argument \(number) for \(matrix)"
        }
    }
}
