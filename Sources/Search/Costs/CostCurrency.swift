/// What ranks are paid in.
package enum CostCurrency: Sendable, Hashable {
    /// Parameters, whatever a rank does to the time.
    case parameters
    /// Parameters, of ranks that are measured to be no slower than the dense layer.
    case parametersIfNotSlower
    /// Multiply-accumulates, counted.
    case operations
    /// Measured milliseconds.
    case milliseconds

    /// Whether layers are timed.
    package var isTimed: Bool { self == .parametersIfNotSlower || self == .milliseconds }
}
