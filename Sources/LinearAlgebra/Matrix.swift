/// A dense matrix of float64 in row-major order. Either side may be zero.
package struct Matrix: Sendable, Hashable {
    package let rows: Int
    package let columns: Int
    /// `rows * columns` elements; the one in row i and column j is number `i * columns + j`.
    package internal(set) var elements: [Double]

    /// - Throws: ``LinearAlgebraError/elementCount(rows:columns:actual:)``.
    package init(rows: Int, columns: Int, elements: [Double]) throws(LinearAlgebraError) {
        let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
        guard rows >= 0, columns >= 0, !overflow, elements.count == count else {
            throw .elementCount(rows: rows, columns: columns, actual: elements.count)
        }
        self.init(rows: rows, columns: columns, unchecked: elements)
    }

    /// For counts that are right by construction.
    init(rows: Int, columns: Int, unchecked elements: [Double]) {
        self.rows = rows
        self.columns = columns
        self.elements = elements
    }

    /// The square matrix with `diagonal` on its diagonal and zeros elsewhere.
    package init(diagonal: [Double]) {
        let order = diagonal.count
        self = .zeros(rows: order, columns: order)
        for (index, element) in diagonal.enumerated() { self[index, index] = element }
    }

    /// Zeros. The sizes are those of matrices at hand: neither negative nor too large for the memory.
    package static func zeros(rows: Int, columns: Int) -> Matrix {
        Matrix(rows: rows, columns: columns, unchecked: [Double](repeating: 0, count: rows * columns))
    }

    package static func identity(_ order: Int) -> Matrix {
        Matrix(diagonal: [Double](repeating: 1, count: order))
    }

    package subscript(row: Int, column: Int) -> Double {
        get { elements[row * columns + column] }
        set { elements[row * columns + column] = newValue }
    }

    package var shape: LinearAlgebraError.Shape { LinearAlgebraError.Shape(rows: rows, columns: columns) }

    /// The square root of the sum of squares, without overflow or underflow on the way.
    package var frobeniusNorm: Double {
        let largest = largestMagnitude
        guard largest > 0, largest.isFinite else { return largest }
        // Dividing by a power of two is exact.
        let scale = Double(sign: .plus, exponent: largest.exponent, significand: 1)
        return elements.reduce(0) { $0 + ($1 / scale) * ($1 / scale) }.squareRoot() * scale
    }

    /// The largest absolute value; NaN where there is a NaN, 0 where there are no elements.
    package var largestMagnitude: Double {
        elements.reduce(0) { $0 >= $1.magnitude || $0.isNaN ? $0 : $1.magnitude }
    }

    // MARK: Parts

    package func row(_ index: Int) -> ArraySlice<Double> {
        elements[index * columns..<(index + 1) * columns]
    }

    package func column(_ index: Int) -> [Double] {
        (0..<rows).map { self[$0, index] }
    }

    /// The matrix of the rows in `range`.
    package func rows(_ range: Range<Int>) -> Matrix {
        Matrix(rows: range.count, columns: columns, unchecked: Array(elements[range.lowerBound * columns..<range.upperBound * columns]))
    }

    /// The matrix of the columns in `range`.
    package func columns(_ range: Range<Int>) -> Matrix {
        columns(Array(range))
    }

    /// The matrix of the columns with the given numbers, in the order given.
    package func columns(_ indices: [Int]) -> Matrix {
        var selected: [Double] = []
        selected.reserveCapacity(rows * indices.count)
        for row in 0..<rows {
            for index in indices { selected.append(self[row, index]) }
        }
        return Matrix(rows: rows, columns: indices.count, unchecked: selected)
    }
}
