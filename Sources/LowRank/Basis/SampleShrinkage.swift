package import LinearAlgebra
internal import Foundation

/// How far a moment that was estimated from few samples is shrunk towards what is known without them, chosen by cross-validation.
///
/// The moments of one half of the samples, shrunk by a share, are held against those of the other half by the Gaussian log-likelihood
/// log det M + tr(M⁻¹ M'), of which the least is wanted; both ways, and added up. (As in O. Ledoit and M. Wolf, "A well-conditioned estimator
/// for large-dimensional covariance matrices", Journal of Multivariate Analysis 88 (2004), but measured, as samples have positions that are
/// more or less alike.) Of twice as many samples, half as much is noise.
package enum SampleShrinkage {
    /// The shares to choose among.
    private static let shares = [0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995]
    /// Directions with less than this share of the mean energy in both halves are not in use.
    private static let unused = 1e-12

    /// The share of `identity`, scaled to the same trace, in the moments of both halves together.
    ///
    /// - Parameters:
    ///   - first: the moments of one half, R x R.
    ///   - second: those of the other half.
    ///   - identity: what stands for no knowledge, R x R.
    package static func share(
        _ first: Matrix, _ second: Matrix, towards identity: Matrix, name: String
    ) throws(LinearAlgebraError) -> Double {
        guard first.trace > 0, second.trace > 0, identity.trace > 0 else { return 0 }
        let scale = try MetricBasis.Root(identity.scaled(by: 1 / identity.trace), name: name).inverse
        func relative(_ moments: Matrix) throws(LinearAlgebraError) -> Matrix {
            try scale.multiplied(by: moments.scaled(by: 1 / moments.trace)).multiplied(by: scale)
        }
        let halves = (try relative(first), try relative(second))
        let losses = zip(
            try losses(of: halves.0, on: halves.1, name: name), try losses(of: halves.1, on: halves.0, name: name)
        ).map { $0 + $1 }
        guard let best = losses.indices.min(by: { losses[$0] < losses[$1] }) else { return 0 }
        let odds = shares[best] / (1 - shares[best]) / 2
        return odds / (1 + odds)
    }

    /// By share: of one half's moments, shrunk towards the identity, on the other half.
    private static func losses(of moments: Matrix, on others: Matrix, name: String) throws(LinearAlgebraError) -> [Double] {
        let eigen = try moments.symmetricEigen(name: name)
        let rotated = try eigen.vectors.multiplied(by: others, transposingSelf: true)
        let directions = eigen.values.indices.map { index in
            let other = (0..<others.rows).reduce(0) { $0 + rotated[index, $1] * eigen.vectors[$1, index] }
            return (own: max(eigen.values[index], 0), other: max(other, 0))
        }
        let used = directions.filter { $0.own > unused || $0.other > unused }
        return shares.map { share in
            used.reduce(0) { sum, direction in
                let energy = (1 - share) * direction.own + share
                return sum + log(energy) + direction.other / energy
            }
        }
    }
}
