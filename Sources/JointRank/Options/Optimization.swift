/// What counts besides the loss.
public enum Optimization: String, Sendable, Hashable, CaseIterable, Codable {
    /// The number of parameters alone. The result may be slower.
    case size
    /// Multiply-accumulates alone, counted, not timed. For models that will run on another device.
    case macs
    /// Measured time alone.
    case latency
    /// Parameters, in layers that measurement does not find slower.
    case both

    /// Whether it goes by times, which are measured on this machine.
    var isTimed: Bool { self == .latency || self == .both }
}
