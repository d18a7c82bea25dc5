internal import CLAPACK

extension Matrix {
    /// Solves R X = B for this upper triangular matrix R; what stands below its diagonal does not count. LAPACK's `dtrtrs`.
    ///
    /// - Parameters:
    ///   - right: B, with as many rows as R.
    ///   - name: what errors call this matrix.
    /// - Throws: ``LinearAlgebraError/notConverged(matrix:routine:info:)`` for a zero on the diagonal, and as
    ///   ``leastSquares(_:relativeCutoff:name:)``.
    package func solveUpperTriangular(_ right: Matrix, name: String = "the matrix") throws(LinearAlgebraError) -> Matrix {
        guard rows == columns, rows == right.rows else {
            throw .shapeMismatch(operation: "a triangular system", left: shape, right: right.shape)
        }
        guard rows > 0, right.columns > 0 else { return .zeros(rows: columns, columns: right.columns) }
        let lapack = try LAPACK(self, name: name)
        try right.checkFinite(name: "the right side of \(name)")
        let (order, count) = (try lapack.size(rows), try lapack.size(right.columns))
        var solution = right.transposed
        // Read column by column, this matrix is the lower triangular transpose of R.
        let info = LAPACKE_dtrtrs_work(
            LAPACK.columnMajor, .letter("L"), .letter("T"), .letter("N"), order, count, elements, order, &solution.elements, order)
        try lapack.check(info, routine: "dtrtrs")
        return solution.transposed
    }
}
