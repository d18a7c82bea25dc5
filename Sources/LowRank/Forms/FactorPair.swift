package import LinearAlgebra

/// One group's weight as a product: W ~ second * first.
package struct FactorPair: Sendable {
    /// r x K: from inputs to components.
    package let first: Matrix
    /// M x r: from components to outputs.
    package let second: Matrix

    package init(first: Matrix, second: Matrix) {
        self.first = first
        self.second = second
    }

    /// The best approximation of the decomposed matrix at a rank, its singular values split evenly between the factors: scaled alike,
    /// they lose least when they are stored in single precision.
    ///
    /// - Parameter rank: from 0 to the number of singular values; others count as the nearest of these.
    package init(_ decomposition: SingularValueDecomposition, rank: Int) throws(LinearAlgebraError) {
        let kept = 0..<min(max(rank, 0), decomposition.singularValues.count)
        let roots = decomposition.singularValues[kept].map { $0.squareRoot() }
        first = try decomposition.vTransposed.rows(kept).scalingRows(by: roots)
        second = try decomposition.u.columns(kept).scalingColumns(by: roots)
    }

    /// A matrix as it is, with an identity beside it on its shorter side: factors of full rank, whose components mean nothing yet.
    package init(whole matrix: Matrix) {
        let isWide = matrix.rows <= matrix.columns
        first = isWide ? matrix : .identity(matrix.columns)
        second = isWide ? .identity(matrix.rows) : matrix
    }

    package var rank: Int { first.rows }
}
