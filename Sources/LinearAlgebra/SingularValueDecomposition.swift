internal import CLAPACK

/// A = U diag(σ) Vᵀ with k = min(rows, columns) singular values, the thin form.
package struct SingularValueDecomposition: Sendable, Hashable {
    /// rows × k, with orthonormal columns.
    package let u: Matrix
    /// k values, descending, none negative.
    package let singularValues: [Double]
    /// k × columns, with orthonormal rows.
    package let vTransposed: Matrix
}

extension Matrix {
    /// The thin singular value decomposition.
    ///
    /// The residual and the loss of orthogonality are small multiples of the unit round-off, relative to the largest singular
    /// value; small singular values have this absolute accuracy, not a relative one. Singular vectors are unique up to their
    /// sign at best. It is chosen so that the entry of u with the largest magnitude, the first of equal ones, is positive, so the same
    /// matrix gives the same bytes on the same machine. Vectors of values that (nearly) coincide are one basis of many.
    ///
    /// LAPACK's divide and conquer (`dgesdd`), and QR iteration (`dgesvd`) where that does not converge.
    ///
    /// - Parameter name: what errors call the matrix.
    /// - Throws: ``LinearAlgebraError`` for elements that are not finite, sizes beyond LAPACK's, and failure to converge.
    package func thinSVD(name: String = "the matrix") throws(LinearAlgebraError) -> SingularValueDecomposition {
        do {
            return try thinSVD(name: name, driver: .divideAndConquer)
        } catch .notConverged {
            return try thinSVD(name: name, driver: .qrIteration)
        }
    }

    enum SVDDriver: CaseIterable {
        case divideAndConquer, qrIteration
    }

    func thinSVD(name: String, driver: SVDDriver) throws(LinearAlgebraError) -> SingularValueDecomposition {
        let lapack = try LAPACK(self, name: name)
        let k = min(rows, columns)
        var u = Matrix.zeros(rows: rows, columns: k)
        var vTransposed = Matrix.zeros(rows: k, columns: columns)
        var singularValues = [Double](repeating: 0, count: k)
        guard k > 0 else { return SingularValueDecomposition(u: u, singularValues: [], vTransposed: vTransposed) }
        try lapack.checkWork(4 * Double(k) * Double(k) + 128 * (Double(rows) + Double(columns)))
        let (m, n, k32) = (try lapack.size(rows), try lapack.size(columns), try lapack.size(k))
        var copy = elements
        // LAPACK sees Aᵀ = V diag(σ) Uᵀ, so what it calls U is Vᵀ in row-major order, and what it calls Vᵀ is U.
        switch driver {
        case .divideAndConquer:
            var integers = [Int32](repeating: 0, count: 8 * k)
            try lapack.withWork(routine: "dgesdd") { work, count in
                LAPACKE_dgesdd_work(
                    LAPACK.columnMajor, .letter("S"), n, m, &copy, n, &singularValues, &vTransposed.elements, n, &u.elements, k32, work,
                    count,
                    &integers)
            }
        case .qrIteration:
            try lapack.withWork(routine: "dgesvd") { work, count in
                LAPACKE_dgesvd_work(
                    LAPACK.columnMajor, .letter("S"), .letter("S"), n, m, &copy, n, &singularValues, &vTransposed.elements, n, &u.elements,
                    k32,
                    work, count)
            }
        }
        let signs = u.columnSigns
        return SingularValueDecomposition(
            u: try u.scalingColumns(by: signs), singularValues: singularValues, vTransposed: try vTransposed.scalingRows(by: signs))
    }
}
