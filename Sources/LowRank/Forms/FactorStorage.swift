package import Files

/// Where a layer's factors wait for their next use.
package enum FactorStorage: Sendable, Hashable {
    /// In memory, as float64 numbers.
    case double
    /// In memory, rounded to float32: half of the space, and as exact as the weights of most models.
    case single
    /// Rounded to float32, in temporary files where they are not small.
    case singleOnDisk
}

extension FactorPair {
    /// The pair, stored in that way; numbers that are too large for float32 stay as they are.
    package func stored(as storage: FactorStorage) throws(TemporaryFileError) -> FactorPair {
        storage == .double ? self : try inSinglePrecision(onDisk: storage == .singleOnDisk)
    }
}
