/// What counts besides the loss.
public enum Optimization: String, Sendable, Hashable, CaseIterable, Codable {
    /// Parameters alone, whatever that does to latency.
    case size
    /// Measured time alone.
    case latency
    /// Parameters, in layers that measurement does not find slower.
    case both
}
