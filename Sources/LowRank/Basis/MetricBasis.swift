package import LinearAlgebra

/// The components of a linear map in the order in which they matter under a metric on its outputs and one on its inputs.
///
/// For W = S F (S: M x R, F: R x K) and the error measure |B^(1/2) (W - W_k) A^(1/2)|², the best map of rank k keeps the first k terms of the
/// singular value decomposition of B^(1/2) W A^(1/2). Nothing of size M or K is needed for it: with the R x R matrices P = Sᵀ B S and
/// Q = F A Fᵀ, which are the second moments of dl/dh and of h for the hidden values h = F x, the decomposition U Σ Vᵀ of P^(1/2) Q^(1/2) has the
/// same singular values. U and Σ² are the eigenvectors and eigenvalues of P^(1/2) Q P^(1/2), and Σ Vᵀ Q^(-1/2) = Uᵀ P^(1/2), so the components
/// are S P^(-1/2) u_j and u_jᵀ P^(1/2) F; or, from the other side, S Q^(1/2) v_j and v_jᵀ Q^(-1/2) F.
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
    /// - Returns: the factors, each component balanced between them, and the squared singular values, which are accurate relative to the
    ///   largest of them.
    package static func components(
        of pair: FactorPair, outputs: Matrix, inputs: Matrix, name: String
    ) throws(LinearAlgebraError) -> (pair: FactorPair, energies: [Double]) {
        // On the narrower side of the map the metric is further from being singular.
        let isLeft = pair.rows <= pair.columns
        let own = try Root(isLeft ? outputs : inputs, name: name)
        let eigen = try own.root.multiplied(by: isLeft ? inputs : outputs).multiplied(by: own.root).symmetricEigen(name: name)
        let vectors = eigen.vectors
        let outward = try (isLeft ? own.inverse : own.root).multiplied(by: vectors)
        let inward = try vectors.multiplied(by: isLeft ? own.root : own.inverse, transposingSelf: true)
        let components = FactorPair(first: try inward.multiplied(by: pair.first), second: try pair.second.multiplied(by: outward))
        return (try components.balanced(), eigen.values.map { max($0, 0) })
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
