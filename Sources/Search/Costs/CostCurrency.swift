/// What ranks are paid in.
package enum CostCurrency: Sendable, Hashable {
    /// Parameters, whatever a rank does to the time.
    case parameters
    /// Parameters, of ranks that are measured to be no slower than the dense layer.
    case parametersIfNotSlower
    /// Measured milliseconds.
    case milliseconds
}
