internal import CLAPACK

/// A[:, pivots] = Q R, with k = min(rows, columns).
package struct PivotedQR: Sendable, Hashable {
    /// rows × k, with orthonormal columns.
    package let q: Matrix
    /// k × columns, upper triangular; the magnitudes on the diagonal do not increase.
    package let r: Matrix
    /// Column j of Q R is column `pivots[j]` of A.
    package let pivots: [Int]
}

extension Matrix {
    /// The QR decomposition with column pivoting: at each step the column that is farthest from the span of those before comes
    /// next. LAPACK's `dgeqp3` and `dorgqr`.
    ///
    /// The diagonal of R tells the rank in practice, but not always: on Kahan's matrix it does not fall where the singular values do.
    ///
    /// - Parameter name: what errors call the matrix.
    /// - Throws: ``LinearAlgebraError`` for elements that are not finite and sizes beyond LAPACK's.
    package func pivotedQR(name: String = "the matrix") throws(LinearAlgebraError) -> PivotedQR {
        let lapack = try LAPACK(self, name: name)
        let k = min(rows, columns)
        guard k > 0 else {
            return PivotedQR(q: .zeros(rows: rows, columns: 0), r: .zeros(rows: 0, columns: columns), pivots: Array(0..<columns))
        }
        try lapack.checkWork(128 * (Double(rows) + Double(columns)))
        let (m, n, k32) = (try lapack.size(rows), try lapack.size(columns), try lapack.size(k))
        var factors = transposed
        var pivots = [Int32](repeating: 0, count: columns)
        var reflectors = [Double](repeating: 0, count: k)
        try lapack.withWork(routine: "dgeqp3") { work, count in
            LAPACKE_dgeqp3_work(LAPACK.columnMajor, m, n, &factors.elements, m, &pivots, &reflectors, work, count)
        }
        // R is the upper triangle of what LAPACK sees, so the lower one of its rows here; Q comes from below it.
        var r = Matrix.zeros(rows: k, columns: columns)
        for row in 0..<k {
            for column in row..<columns { r[row, column] = factors[column, row] }
        }
        var q = factors.rows(0..<k)
        try lapack.withWork(routine: "dorgqr") { work, count in
            LAPACKE_dorgqr_work(LAPACK.columnMajor, m, k32, k32, &q.elements, m, reflectors, work, count)
        }
        return PivotedQR(q: q.transposed, r: r, pivots: pivots.map { Int($0) - 1 })
    }
}
