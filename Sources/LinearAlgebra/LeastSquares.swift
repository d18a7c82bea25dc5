internal import CLAPACK

/// The X that makes ‖A X - B‖ least, column by column, and of several such the one with the least norm.
package struct LeastSquaresSolution: Sendable, Hashable {
    /// columns of A × columns of B.
    package let x: Matrix
    /// The number of singular values of A above the cut-off.
    package let rank: Int
    /// The singular values of A, descending.
    package let singularValues: [Double]
}

extension Matrix {
    /// Solves A X ≈ B for this matrix A, of any shape and rank. LAPACK's `dgelsd`.
    ///
    /// - Parameters:
    ///   - right: B, with as many rows as this matrix.
    ///   - relativeCutoff: singular values up to this share of the largest count as zero; nil means the unit round-off (2⁻⁵²) times the
    ///     longer side, the size of the rounding errors in A.
    ///   - name: what errors call this matrix; B is then "the right side of" it.
    /// - Throws: ``LinearAlgebraError`` for shapes that do not fit, elements that are not finite, sizes beyond LAPACK's, and failure to
    ///   converge.
    package func leastSquares(
        _ right: Matrix, relativeCutoff: Double? = nil, name: String = "the matrix"
    ) throws(LinearAlgebraError) -> LeastSquaresSolution {
        guard rows == right.rows else { throw .shapeMismatch(operation: "a least-squares problem", left: shape, right: right.shape) }
        let lapack = try LAPACK(self, name: name)
        try right.checkFinite(name: "the right side of \(name)")
        let (k, longer) = (min(rows, columns), max(rows, columns))
        guard k > 0 else {
            return LeastSquaresSolution(x: .zeros(rows: columns, columns: right.columns), rank: 0, singularValues: [])
        }
        // The most levels that the routine's divide and conquer can have.
        let levels = Int.bitWidth - k.leadingZeroBitCount
        let perSide = 64 + 8 * Double(levels) + Double(right.columns)
        try lapack.checkWork(Double(k) * Double(k) + perSide * (Double(rows) + Double(columns)) + 64 * Double(right.columns))
        let (m, n, longer32) = (try lapack.size(rows), try lapack.size(columns), try lapack.size(longer))
        // The routine does not take a B without columns.
        let paddedColumns = try lapack.size(max(right.columns, 1))

        // The columns of B on entry and of X on return, as rows, each as long as the longer of the two.
        var solution = Matrix.zeros(rows: Int(paddedColumns), columns: longer)
        for column in 0..<right.columns {
            for row in 0..<rows { solution[column, row] = right[row, column] }
        }
        var copy = transposed.elements
        var singularValues = [Double](repeating: 0, count: k)
        var integers = [Int32](repeating: 0, count: 3 * k * levels + 11 * k)
        var rank: Int32 = 0
        let cutoff = relativeCutoff ?? Double(longer) * Double.ulpOfOne
        try lapack.withWork(routine: "dgelsd") { work, count in
            LAPACKE_dgelsd_work(
                LAPACK.columnMajor, m, n, paddedColumns, &copy, m, &solution.elements, longer32, &singularValues, cutoff, &rank, work,
                count,
                &integers)
        }
        let x = solution.rows(0..<right.columns).columns(0..<columns).transposed
        return LeastSquaresSolution(x: x, rank: Int(rank), singularValues: singularValues)
    }
}
