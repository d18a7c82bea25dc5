internal import CLAPACK

extension Matrix {
    package var transposed: Matrix {
        let result = [Double](unsafeUninitializedCapacity: elements.count) { buffer, count in
            elements.withUnsafeBufferPointer { source in
                // By blocks, so that both sides stay within the cache.
                let block = 32
                for firstRow in stride(from: 0, to: rows, by: block) {
                    for firstColumn in stride(from: 0, to: columns, by: block) {
                        for row in firstRow..<min(firstRow + block, rows) {
                            for column in firstColumn..<min(firstColumn + block, columns) {
                                buffer.initializeElement(at: column * rows + row, to: source[row * columns + column])
                            }
                        }
                    }
                }
            }
            count = elements.count
        }
        return Matrix(rows: columns, columns: rows, unchecked: result)
    }

    /// The product of this matrix and `other`, either of them transposed on the way.
    ///
    /// - Throws: ``LinearAlgebraError/shapeMismatch(operation:left:right:)``, or
    ///   ``LinearAlgebraError/tooLarge(matrix:_:)`` beyond 32-bit sizes.
    package func multiplied(
        by other: Matrix, transposingSelf: Bool = false, transposingOther: Bool = false
    ) throws(LinearAlgebraError) -> Matrix {
        let (m, inner) = transposingSelf ? (columns, rows) : (rows, columns)
        let (otherInner, n) = transposingOther ? (other.columns, other.rows) : (other.rows, other.columns)
        guard inner == otherInner else { throw .shapeMismatch(operation: "a matrix product", left: shape, right: other.shape) }
        let (count, overflow) = m.multipliedReportingOverflow(by: n)
        guard !overflow, let m32 = Int32(exactly: m), let n32 = Int32(exactly: n), let inner32 = Int32(exactly: inner) else {
            throw .tooLarge(matrix: "a matrix product", LinearAlgebraError.Shape(rows: m, columns: n))
        }
        var product = [Double](repeating: 0, count: count)
        if count > 0, inner > 0 {
            let buffer = try BLASBuffer()
            func transposition(_ transposing: Bool) -> Int32 { Int32(transposing ? JointRankTranspose : JointRankNoTranspose) }
            cblas_dgemm(
                Int32(JointRankRowMajor), transposition(transposingSelf), transposition(transposingOther), m32, n32, inner32, 1,
                elements, transposingSelf ? m32 : inner32, other.elements, transposingOther ? inner32 : n32, 0, &product, n32)
            _ = consume buffer
        }
        return Matrix(rows: m, columns: n, unchecked: product)
    }

    /// The sum of this matrix and `factor` times `other`.
    ///
    /// - Throws: ``LinearAlgebraError/shapeMismatch(operation:left:right:)``.
    package func adding(_ other: Matrix, times factor: Double = 1) throws(LinearAlgebraError) -> Matrix {
        guard shape == other.shape else { throw .shapeMismatch(operation: "a sum", left: shape, right: other.shape) }
        return Matrix(rows: rows, columns: columns, unchecked: zip(elements, other.elements).map { $0 + factor * $1 })
    }

    /// The products of the elements in the same places.
    ///
    /// - Throws: ``LinearAlgebraError/shapeMismatch(operation:left:right:)``.
    package func multipliedElementwise(by other: Matrix) throws(LinearAlgebraError) -> Matrix {
        guard shape == other.shape else { throw .shapeMismatch(operation: "an elementwise product", left: shape, right: other.shape) }
        return Matrix(rows: rows, columns: columns, unchecked: zip(elements, other.elements).map { $0 * $1 })
    }

    package func scaled(by factor: Double) -> Matrix {
        Matrix(rows: rows, columns: columns, unchecked: elements.map { $0 * factor })
    }

    /// The product with a diagonal matrix from the left: row i times `factors[i]`.
    ///
    /// - Throws: ``LinearAlgebraError/shapeMismatch(operation:left:right:)``.
    package func scalingRows(by factors: [Double]) throws(LinearAlgebraError) -> Matrix {
        guard factors.count == rows else {
            let diagonal = LinearAlgebraError.Shape(rows: factors.count, columns: factors.count)
            throw .shapeMismatch(operation: "a scaling of rows", left: diagonal, right: shape)
        }
        var result = elements
        for row in 0..<rows {
            for index in row * columns..<(row + 1) * columns { result[index] *= factors[row] }
        }
        return Matrix(rows: rows, columns: columns, unchecked: result)
    }

    /// The product with a diagonal matrix from the right: column j times `factors[j]`.
    ///
    /// - Throws: ``LinearAlgebraError/shapeMismatch(operation:left:right:)``.
    package func scalingColumns(by factors: [Double]) throws(LinearAlgebraError) -> Matrix {
        guard factors.count == columns else {
            let diagonal = LinearAlgebraError.Shape(rows: factors.count, columns: factors.count)
            throw .shapeMismatch(operation: "a scaling of columns", left: shape, right: diagonal)
        }
        var result = elements
        for row in 0..<rows {
            for column in 0..<columns { result[row * columns + column] *= factors[column] }
        }
        return Matrix(rows: rows, columns: columns, unchecked: result)
    }
}
