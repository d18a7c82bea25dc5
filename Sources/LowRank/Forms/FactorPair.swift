package import LinearAlgebra
package import Files

/// One group's weight as a product: W ~ second * first.
package struct FactorPair: Sendable {
    private enum Storage {
        case double(first: Matrix, second: Matrix)
        case single(first: SinglePrecisionMatrix, second: SinglePrecisionMatrix)
    }

    private let storage: Storage
    /// M, the outputs.
    package let rows: Int
    /// K, the inputs.
    package let columns: Int
    /// r.
    package let rank: Int
    /// Whether the second factor has r columns, as it must.
    package let isProduct: Bool

    /// - Parameters:
    ///   - first: r x K.
    ///   - second: M x r.
    package init(first: Matrix, second: Matrix) {
        storage = .double(first: first, second: second)
        (rows, columns, rank) = (second.rows, first.columns, first.rows)
        isProduct = second.columns == first.rows
    }

    /// The best approximation of the decomposed matrix at a rank, its singular values split evenly between the factors: scaled alike,
    /// they lose least when they are stored in single precision.
    ///
    /// - Parameter rank: from 0 to the number of singular values; others count as the nearest of these.
    package init(_ decomposition: SingularValueDecomposition, rank: Int) throws(LinearAlgebraError) {
        let kept = 0..<min(max(rank, 0), decomposition.singularValues.count)
        let roots = decomposition.singularValues[kept].map { $0.squareRoot() }
        self.init(
            first: try decomposition.vTransposed.rows(kept).scalingRows(by: roots),
            second: try decomposition.u.columns(kept).scalingColumns(by: roots))
    }

    /// The best approximation of a matrix at a rank, by the eigenvectors of its smaller Gram matrix. What is left out is as small as with
    /// ``init(_:rank:)``; among components of less than about 1e-8 of the largest, the choice is up to rounding.
    ///
    /// - Parameters:
    ///   - rank: from 0 to the full one; others count as the nearest of these.
    ///   - name: what errors call the matrix.
    package init(truncating matrix: Matrix, rank: Int, name: String) throws(LinearAlgebraError) {
        let isWide = matrix.rows <= matrix.columns
        let gram = try matrix.multiplied(by: matrix, transposingSelf: !isWide, transposingOther: isWide)
        let kept = 0..<min(max(rank, 0), gram.rows)
        let vectors = try gram.symmetricEigen(name: name).vectors.columns(kept)
        let projected = try matrix.multiplied(by: vectors, transposingSelf: isWide)
        let pair =
            isWide
            ? FactorPair(first: projected.transposed, second: vectors) : FactorPair(first: vectors.transposed, second: projected)
        self = try pair.balanced()
    }

    /// A matrix as it is, with an identity beside it on its shorter side: factors of full rank, whose components mean nothing yet.
    package init(whole matrix: Matrix) {
        let isWide = matrix.rows <= matrix.columns
        self.init(first: isWide ? matrix : .identity(matrix.columns), second: isWide ? .identity(matrix.rows) : matrix)
    }

    private init(rounding pair: FactorPair, first: SinglePrecisionMatrix, second: SinglePrecisionMatrix) {
        storage = .single(first: first, second: second)
        (rows, columns, rank, isProduct) = (pair.rows, pair.columns, pair.rank, pair.isProduct)
    }

    /// r x K: from inputs to components. Computed on every access where the pair is kept in single precision.
    package var first: Matrix {
        switch storage {
        case .double(let first, _): first
        case .single(let first, _): first.matrix
        }
    }

    /// M x r: from components to outputs; likewise.
    package var second: Matrix {
        switch storage {
        case .double(_, let second): second
        case .single(_, let second): second.matrix
        }
    }

    /// The pair rounded to float32, in half of the memory; as it is where numbers are too large for that.
    ///
    /// - Parameter isOnDisk: whether factors that are not small wait in temporary files, and take no memory.
    package func inSinglePrecision(onDisk isOnDisk: Bool = false) throws(TemporaryFileError) -> FactorPair {
        guard case .double(let first, let second) = storage,
            let roundedFirst = try SinglePrecisionMatrix(rounding: first, onDisk: isOnDisk),
            let roundedSecond = try SinglePrecisionMatrix(rounding: second, onDisk: isOnDisk)
        else { return self }
        return FactorPair(rounding: self, first: roundedFirst, second: roundedSecond)
    }
}
