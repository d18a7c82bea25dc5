/// What counts besides the loss.
public enum Optimization: String, Sendable, Hashable, CaseIterable, Codable {
    /// Parameters alone, whatever that does to latency.
    case size
    /// Multiply-accumulates alone, counted and not timed: for a device that is not this machine.
    case macs
    /// Measured time alone.
    case latency
    /// Parameters, in layers that measurement does not find slower.
    case both

    /// Whether it goes by times, which are measured on this machine.
    var isTimed: Bool { self == .latency || self == .both }
}
