package import LinearAlgebra

/// The components of a linear map in the order in which they matter to its outputs on real inputs.
///
/// Among all maps of rank k, the one that keeps the first k components has the least mean square error of the outputs,
/// E|(W - W_k) x|² = |(W - W_k) A^(1/2)|² with A = E[x xᵀ]: the singular value decomposition of W A^(1/2), as in SVD-LLM (arXiv 2403.07378)
/// and BALF (arXiv 2509.25136). It is computed without A and without inverting its root, from the second moment of the outputs: the
/// components' output directions are the eigenvectors e_j of W A Wᵀ, and W_k = sum_{j<k} e_j e_jᵀ W.
package enum InputWhitenedBasis {
    /// The share of the identity that is mixed into A. Directions that the samples never used get a little weight, so that all
    /// min(M, K) components together give W back exactly.
    private static let shrinkage = 0.1

    /// - Parameters:
    ///   - decomposition: of W, M x K.
    ///   - moment: E[h hᵀ], R x R, of the hidden values h = S^(1/2) Vᵀ x, summed or averaged over samples and positions alike.
    ///   - name: what errors call the matrix.
    /// - Returns: both factors at full rank: R x K and M x R, each component balanced between them.
    package static func factors(
        _ decomposition: SingularValueDecomposition, moment: Matrix, name: String
    ) throws(LinearAlgebraError) -> (first: Matrix, second: Matrix) {
        let values = decomposition.singularValues
        let rank = values.count
        let second = try decomposition.u.scalingColumns(by: values.map { $0.squareRoot() })
        let first = try decomposition.vTransposed.scalingRows(by: values.map { $0.squareRoot() })

        // An identity for A is S for E[h hᵀ]; its size is matched by the trace.
        let trace = (0..<rank).reduce(0) { $0 + moment[$1, $1] }
        let total = values.reduce(0, +)
        guard total > 0, trace > 0 else { return (first, second) }
        let identity = Matrix(diagonal: values.map { $0 * trace / total })
        let shrunk = try moment.scaled(by: 1 - shrinkage).adding(identity, times: shrinkage)

        let outputs = try second.multiplied(by: shrunk).multiplied(by: second, transposingOther: true)
        let directions = try outputs.symmetricEigen(name: name).vectors.columns(0..<rank)
        let coefficients = try directions.multiplied(by: second, transposingSelf: true).multiplied(by: first)
        return try balanced(first: coefficients, second: directions)
    }

    /// Scales each component so that its two factors have equal norms.
    private static func balanced(first: Matrix, second: Matrix) throws(LinearAlgebraError) -> (first: Matrix, second: Matrix) {
        let scales = (0..<first.rows).map { component -> Double in
            let row = first.row(component).reduce(0) { $0 + $1 * $1 }.squareRoot()
            let column = second.column(component).reduce(0) { $0 + $1 * $1 }.squareRoot()
            return row > 0 && column > 0 ? (column / row).squareRoot() : 1
        }
        return (try first.scalingRows(by: scales), try second.scalingColumns(by: scales.map { 1 / $0 }))
    }
}
