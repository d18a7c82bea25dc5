/// How far a moment that was estimated from few samples is shrunk towards what is known without them.
///
/// N samples say little about R directions when R is not small beside N. The share R / (R + N / s) goes from 0, many samples, to 1, as the
/// intensity of O. Ledoit and M. Wolf, "A well-conditioned estimator for large-dimensional covariance matrices", Journal of Multivariate
/// Analysis 88 (2004), does for moments whose eigenvalues are about as spread as those of layers; positions of one sample do not count, as they are
/// alike.
package enum SampleShrinkage {
    /// s.
    private static let strength = 2.0

    /// - Parameter samples: nil for exact moments.
    package static func share(dimension: Int, samples: Int?) -> Double {
        guard let samples else { return 0 }
        return Double(dimension) / (Double(dimension) + Double(samples) / strength)
    }
}
