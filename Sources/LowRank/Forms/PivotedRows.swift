package import LinearAlgebra

/// A matrix W = second * first of rank r (M x K) as r of its own rows and the coefficients that make the others from them: with
/// W's rows reordered, W = [I; C] basis.
///
/// An interpolative decomposition: H. Cheng, Z. Gimbutas, P.-G. Martinsson, V. Rokhlin, "On the compression of low rank matrices",
/// SIAM Journal on Scientific Computing 26 (2005). It is exact up to rounding. The rows are those that QR with column pivoting of Wᵀ
/// takes first, which keeps the coefficients small in practice, though not in theory.
package struct PivotedRows: Sendable {
    /// The rows of W that are kept, ascending: r of them, or as many as W has rows or columns if these are fewer.
    package let pivots: [Int]
    /// The other rows of W, ascending.
    package let others: [Int]
    /// r x K: the rows `pivots` of W.
    package let basis: Matrix
    /// C, (M - r) x r: row i makes the row `others[i]` of W.
    package let coefficients: Matrix

    /// - Throws: ``LinearAlgebraError`` for factors that do not fit together or are not finite.
    package init(_ pair: FactorPair) throws(LinearAlgebraError) {
        // first^T = Q R, so Wᵀ = Q (R secondᵀ): the columns of the small matrix in brackets have the lengths and angles of W's rows.
        let inner = try pair.first.transposed.pivotedQR(name: "the first factor")
        let order = inner.pivots.indices.sorted { inner.pivots[$0] < inner.pivots[$1] }
        let small = try inner.r.columns(order).multiplied(by: pair.second, transposingOther: true)
        let qr = try small.pivotedQR(name: "the product of the factors")
        let rank = qr.r.rows

        // Rows that rounding errors alone tell from combinations of those before are no base to build on.
        let cutoff = qr.r.largestMagnitude * Double(max(small.rows, small.columns)) * Double.ulpOfOne
        let independent = (0..<rank).prefix { qr.r[$0, $0].magnitude > cutoff }.count
        let leading = qr.r.rows(0..<independent)
        let solution = try leading.columns(0..<independent).solveUpperTriangular(leading.columns(rank..<qr.pivots.count))

        let kept = (0..<rank).sorted { qr.pivots[$0] < qr.pivots[$1] }
        let rest = (rank..<qr.pivots.count).sorted { qr.pivots[$0] < qr.pivots[$1] }
        pivots = kept.map { qr.pivots[$0] }
        others = rest.map { qr.pivots[$0] }
        basis = try pair.second.transposed.columns(pivots).multiplied(by: pair.first, transposingSelf: true)
        let elements = rest.flatMap { other in kept.map { $0 < independent ? solution[$0, other - rank] : 0 } }
        coefficients = try Matrix(rows: rest.count, columns: rank, elements: elements)
    }
}
