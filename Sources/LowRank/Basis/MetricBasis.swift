package import LinearAlgebra

/// The components of a linear map in the order in which they matter under a metric on its outputs and one on its inputs.
///
/// For W = S F (S: M x R, F: R x K) and the error measure |B^(1/2) (W - W_k) A^(1/2)|², the best map of rank k keeps the first k terms of the
/// singular value decomposition of B^(1/2) W A^(1/2). Nothing of size M or K is needed for it: with the R x R matrices P = Sᵀ B S and
/// Q = F A Fᵀ, which are the second moments of dl/dh and of h for the hidden values h = F x, the decomposition of P^(1/2) Q^(1/2) has the
/// same singular values, and its vectors give the components S P^(-1/2) u_j s_j v_jᵀ Q^(-1/2) F.
///
/// Every basis of the field is a choice of the two metrics: identities for plain singular values, A alone for input whitening (SVD-LLM,
/// arXiv 2403.07378; BALF, arXiv 2509.25136), both for the Kronecker-factored Fisher information.
package enum MetricBasis {
    /// Directions whose weight in a metric is smaller than this, relative to the largest, count as absent: the map does not use them.
    private static let cutoff = 1e-13

    /// The factors with components in a new basis: the same map, R components that matter less and less.
    ///
    /// - Parameters:
    ///   - pair: any factors of the map, R components.
    ///   - outputs: P, R x R, symmetric and positive semidefinite.
    ///   - inputs: Q, likewise.
    ///   - name: what errors call the map.
    /// - Returns: the factors, each component balanced between them, and the singular values.
    package static func components(
        of pair: FactorPair, outputs: Matrix, inputs: Matrix, name: String
    ) throws(LinearAlgebraError) -> (pair: FactorPair, values: [Double]) {
        let left = try Root(outputs, name: name)
        let right = try Root(inputs, name: name)
        let decomposition = try left.root.multiplied(by: right.root).thinSVD(name: name)
        let second = try pair.second.multiplied(by: left.inverse.multiplied(by: decomposition.u))
            .scalingColumns(by: decomposition.singularValues)
        let first = try decomposition.vTransposed.multiplied(by: right.inverse).multiplied(by: pair.first)
        return (try FactorPair(first: first, second: second).balanced(), decomposition.singularValues)
    }

    /// The metric with a share of another mixed in, which is scaled to the same trace: what the samples never showed gets a little weight.
    ///
    /// - Parameter identity: the metric that stands for no knowledge, SᵀS or F Fᵀ.
    package static func shrunk(_ metric: Matrix, towards identity: Matrix, by share: Double) throws(LinearAlgebraError) -> Matrix {
        guard metric.trace > 0, identity.trace > 0 else { return identity }
        return try metric.scaled(by: 1 - share).adding(identity, times: share * metric.trace / identity.trace)
    }

    /// The symmetric square root of a metric, and its pseudo-inverse.
    struct Root {
        let root: Matrix
        let inverse: Matrix

        init(_ metric: Matrix, name: String) throws(LinearAlgebraError) {
            let eigen = try metric.symmetricEigen(name: name)
            let smallest = MetricBasis.cutoff * max(eigen.values.first ?? 0, 0)
            let roots = eigen.values.map { $0 > smallest ? $0.squareRoot() : 0 }
            let transposed = eigen.vectors.transposed
            root = try eigen.vectors.scalingColumns(by: roots).multiplied(by: transposed)
            inverse = try eigen.vectors.scalingColumns(by: roots.map { $0 > 0 ? 1 / $0 : 0 }).multiplied(by: transposed)
        }
    }
}

extension Matrix {
    package var trace: Double { (0..<min(rows, columns)).reduce(0) { $0 + self[$1, $1] } }
}
