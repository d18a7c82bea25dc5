package import LinearAlgebra

/// The first factor (r x K) of a convolution as combinations of its input channels and smaller kernels that see these alone.
///
/// Column c * places + t of the factor holds input channel c at place t of the kernel; K = channels * places. With P, q x channels, the factor
/// becomes kernels (P (x) I). Beside the second factor that is Tucker's decomposition of the weight along both kinds of channels: L. Tucker,
/// "Some mathematical notes on three-mode factor analysis", Psychometrika 31 (1966); for convolutions Y.-D. Kim et al., arXiv 1511.06530.
package struct NarrowedInputs: Sendable {
    /// P, q x channels.
    package let combinations: Matrix
    /// r x (q * places).
    package let kernels: Matrix

    /// The combinations that lose least of second * first, in squares; where that needs no more than q of them, nothing is lost.
    ///
    /// With a metric R² on the channels they are those of |(W - W') (R (x) I)|: the leading eigenvectors U of the kernels' moment between
    /// channels, seen through R, give P = Uᵀ R⁻¹.
    ///
    /// - Parameters:
    ///   - channels: that divide K.
    ///   - count: q, at most `channels`.
    ///   - metric: channels x channels, symmetric and positive definite, the second moment of the channels' values; nil for the identity.
    package init(_ pair: FactorPair, channels: Int, count: Int, metric: Matrix? = nil) throws(LinearAlgebraError) {
        let places = pair.columns / channels
        let (first, second) = (pair.first, pair.second)
        let byChannel = first.exchangingBlocks(of: places)
        let gram = try second.multiplied(by: second, transposingSelf: true)
        let weighted = try gram.multiplied(by: first).exchangingBlocks(of: places)
        let moments = try byChannel.multiplied(by: weighted, transposingOther: true)
        let name = "the input channels' share in a factor"
        guard let metric else {
            combinations = try moments.symmetricEigen(name: name).vectors.columns(0..<count).transposed
            kernels = try combinations.multiplied(by: byChannel).exchangingBlocks(of: places)
            return
        }
        let metricRoot = try MetricBasis.Root(metric, name: name)
        let root = metricRoot.root
        let vectors = try root.multiplied(by: moments).multiplied(by: root).symmetricEigen(name: name).vectors.columns(0..<count)
        combinations = try vectors.multiplied(by: metricRoot.inverse, transposingSelf: true)
        kernels = try vectors.multiplied(by: root, transposingSelf: true).multiplied(by: byChannel).exchangingBlocks(of: places)
    }

    /// r x K: the factor that this stands for.
    package var first: Matrix {
        get throws(LinearAlgebraError) {
            let places = kernels.columns / combinations.rows
            return try combinations.multiplied(by: kernels.exchangingBlocks(of: places), transposingSelf: true).exchangingBlocks(of: places)
        }
    }
}

extension Matrix {
    /// The matrix whose row b holds, one after the other, the blocks of so many columns that stand at number b in each row of this one: the
    /// kernels of a convolution by input channel instead of by output channel, and back.
    package func exchangingBlocks(of width: Int) -> Matrix {
        let blocks = columns / width
        var exchanged = Matrix.zeros(rows: blocks, columns: rows * width)
        for row in 0..<rows {
            for column in 0..<columns { exchanged[column / width, row * width + column % width] = self[row, column] }
        }
        return exchanged
    }
}
