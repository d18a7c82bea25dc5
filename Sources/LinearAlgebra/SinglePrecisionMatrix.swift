/// A matrix kept in float32, to take half of the memory while it waits.
package struct SinglePrecisionMatrix: Sendable, Hashable {
    package let rows: Int
    package let columns: Int
    /// Row-major.
    private let elements: [Float]

    /// The matrix with each element rounded to the nearest float32; nil where one would become infinite.
    package init?(rounding matrix: Matrix) {
        elements = matrix.elements.map { Float($0) }
        guard elements.allSatisfy(\.isFinite) else { return nil }
        (rows, columns) = (matrix.rows, matrix.columns)
    }

    package var matrix: Matrix { Matrix(rows: rows, columns: columns, unchecked: elements.map { Double($0) }) }
}
