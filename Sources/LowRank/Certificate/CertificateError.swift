/// Why two models cannot be compared.
package enum CertificateError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Side: String, Sendable { case original, changed }

    case tooFewSamples(Int)
    case unequalCounts(Int, Int)
    case notFinite(sample: Int, model: Side)

    package var description: String {
        switch self {
        case .tooFewSamples(let count): "a bound needs at least 2 samples, but there are \(count)"
        case .unequalCounts(let before, let after): "\(before) losses cannot be paired with \(after)"
        case .notFinite(let sample, let model): "the \(model.rawValue) model's loss of sample \(sample) is not finite"
        }
    }
}
