/// What the outputs of samples are compared with.
package enum Targets: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case classes
        case distributions
        case values
        case none
    }

    /// Row-major; `Labels.ignored` where a position does not count.
    case classes([Int], positions: Int)
    /// Probabilities of the classes, row-major; zeros where a position does not count.
    case distributions([Double], positions: Int)
    /// Row-major.
    case values([Double], perSample: Int)
    case none
}
