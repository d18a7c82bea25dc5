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
    /// The share of the model's parameters and that of its milliseconds, added up, of ranks that are measured to be no slower.
    ///
    /// - Parameters: of the whole model.
    case parametersAndTime(parameters: Double, milliseconds: Double)

    /// Whether layers are timed.
    package var isTimed: Bool {
        switch self {
        case .parametersIfNotSlower, .milliseconds, .parametersAndTime: true
        case .parameters, .operations: false
        }
    }
}
