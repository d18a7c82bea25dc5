internal import CLAPACK

/// S = V diag(λ) Vᵀ for a symmetric S.
package struct SymmetricEigen: Sendable, Hashable {
    /// Descending.
    package let values: [Double]
    /// The eigenvector of `values[j]` is column j; the columns are orthonormal.
    package let vectors: Matrix
}

extension Matrix {
    /// Eigenvalues and eigenvectors of a symmetric matrix, of which only the lower triangle is read.
    ///
    /// The order is descending, the reverse of LAPACK's. Every vector's sign is chosen so that its entry of largest magnitude, the
    /// first of equal ones, is positive. Accuracy is as for ``thinSVD(name:)``: eigenvalues that are small beside the largest
    /// magnitude among them may come out with the wrong sign. LAPACK's `dsyevd`.
    ///
    /// - Parameter name: what errors call the matrix.
    /// - Throws: ``LinearAlgebraError`` for a matrix that is not square, elements that are not finite (in either triangle), sizes
    ///   beyond LAPACK's, and failure to converge.
    package func symmetricEigen(name: String = "the matrix") throws(LinearAlgebraError) -> SymmetricEigen {
        guard rows == columns else { throw .notSquare(matrix: name, shape) }
        let lapack = try LAPACK(self, name: name)
        guard rows > 0 else { return SymmetricEigen(values: [], vectors: self) }
        try lapack.checkWork(2 * Double(rows) * Double(rows) + 128 * Double(rows))
        let order = try lapack.size(rows)
        var ascending = [Double](repeating: 0, count: rows)
        var eigenvectors = self
        var integers = [Int32](repeating: 0, count: 3 + 5 * rows)
        let integerCount = try lapack.size(integers.count)
        // The lower triangle by rows is LAPACK's upper one by columns.
        try lapack.withWork(minimum: 1 + 6 * rows + 2 * rows * rows, routine: "dsyevd") { work, count in
            LAPACKE_dsyevd_work(
                LAPACK.columnMajor, .letter("V"), .letter("U"), order, &eigenvectors.elements, order, &ascending, work, count, &integers,
                count < 0 ? -1 : integerCount)
        }
        // The vectors are LAPACK's columns, so rows here.
        let vectors = eigenvectors.transposed.columns((0..<rows).reversed())
        return SymmetricEigen(values: ascending.reversed(), vectors: try vectors.scalingColumns(by: vectors.columnSigns))
    }
}
