/// What counts besides the loss.
public enum Optimization: String, Sendable, Hashable, CaseIterable, Codable {
    /// The number of parameters alone. The result may be slower.
    case size
    /// Multiply-accumulates alone, counted, not timed. For models that will run on another device.
    case macs
    /// Measured time alone.
    case latency
    /// Parameters and measured time, as shares of the model's, in layers that measurement does not find slower.
    case balanced

    /// Whether it goes by times, which are measured on this machine.
    var isTimed: Bool { self == .latency || self == .balanced }
}
