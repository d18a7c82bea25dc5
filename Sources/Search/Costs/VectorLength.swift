/// What runtimes' kernels for vectors ask of ranks.
package enum VectorLength {
    /// Channels that they take at a time.
    package static let channels = 16

    /// Whether hidden values of a rank fill vectors, or are too few to fill one.
    package static func isFilled(rank: Int) -> Bool { rank < channels || rank % channels == 0 }
}
