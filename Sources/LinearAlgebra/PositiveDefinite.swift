internal import CLAPACK

extension Matrix {
    /// Solves A x = b for this symmetric positive definite matrix A. LAPACK's `dposv`.
    ///
    /// - Parameters:
    ///   - right: b, as long as the matrix is wide.
    ///   - name: what errors call this matrix.
    /// - Throws: ``LinearAlgebraError/notConverged(matrix:routine:info:)`` for a matrix that is not positive definite, and as
    ///   ``leastSquares(_:relativeCutoff:name:)``.
    package func solvePositiveDefinite(_ right: [Double], name: String = "the matrix") throws(LinearAlgebraError) -> [Double] {
        guard rows == columns, rows == right.count else {
            throw .shapeMismatch(
                operation: "a linear system", left: shape, right: LinearAlgebraError.Shape(rows: right.count, columns: 1))
        }
        guard rows > 0 else { return [] }
        let lapack = try LAPACK(self, name: name)
        let order = try lapack.size(rows)
        var factor = elements
        var solution = right
        let info = LAPACKE_dposv_work(LAPACK.columnMajor, .letter("L"), order, 1, &factor, order, &solution, order)
        try lapack.check(info, routine: "dposv")
        return solution
    }

    /// The product with a vector.
    ///
    /// - Throws: as ``multiplied(by:transposingSelf:transposingOther:)``.
    package func multiplied(by vector: [Double]) throws(LinearAlgebraError) -> [Double] {
        try multiplied(by: Matrix(rows: vector.count, columns: 1, elements: vector)).elements
    }

    /// The product of the transpose with a vector.
    ///
    /// - Throws: as ``multiplied(by:transposingSelf:transposingOther:)``.
    package func transposedMultiplied(by vector: [Double]) throws(LinearAlgebraError) -> [Double] {
        try multiplied(by: Matrix(rows: vector.count, columns: 1, elements: vector), transposingSelf: true).elements
    }
}
