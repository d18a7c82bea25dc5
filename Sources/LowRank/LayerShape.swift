package import LinearAlgebra

/// A layer as the method sees it: `groups` linear maps y = W x, one M x K matrix W each, with one shared rank.
package struct LayerShape: Sendable, Hashable {
    package let name: String
    /// Matrices in the layer; more than one for a grouped convolution.
    package let groups: Int
    /// M, the outputs of each matrix.
    package let rows: Int
    /// K, the inputs of each matrix.
    package let columns: Int
    /// How the weight becomes its matrices.
    package let scheme: FactorizationScheme
    /// The input channels of a group, of which ``FactorizationScheme/tucker`` takes combinations; they divide K.
    private let channels: Int

    /// - Parameter channels: nil where each column is a channel of its own.
    package init(
        name: String, groups: Int = 1, rows: Int, columns: Int, scheme: FactorizationScheme = .channels, channels: Int? = nil
    ) {
        self.name = name
        self.groups = groups
        self.rows = rows
        self.columns = columns
        self.scheme = scheme
        self.channels = channels ?? columns
    }

    package var fullRank: Int { min(rows, columns) }

    /// The elements of the dense weight.
    package var parameters: Int { groups * rows * columns }

    /// The elements that a rank shared by all groups takes; see ``StorageForm/parameters(groups:rows:columns:rank:)``. Combinations of
    /// input channels are stored in the same way as the outputs.
    package func parameters(rank: Int, form: StorageForm = .factors) -> Int {
        guard let narrowed = narrowedChannels(rank: rank) else {
            return form.parameters(groups: groups, rows: rows, columns: columns, rank: rank)
        }
        return form.parameters(groups: groups, rows: rows, columns: columns / channels * narrowed, rank: rank)
            + groups * narrowed * (form == .pivoted ? channels - narrowed : channels)
    }

    /// The largest rank that takes fewer elements than the weight; below the full rank, and 0 where there is none.
    package func largestSavingRank(form: StorageForm = .factors) -> Int {
        guard scheme == .tucker else { return form.largestSavingRank(rows: rows, columns: columns) }
        return (0..<fullRank).last { parameters(rank: $0, form: form) < parameters } ?? 0
    }

    // MARK: Tucker's scheme

    /// The combinations of a group's input channels that the kernels see at a rank; nil where they see the channels themselves, as they do
    /// by all schemes but ``FactorizationScheme/tucker``.
    package func narrowedChannels(rank: Int) -> Int? {
        guard scheme == .tucker, rank < fullRank else { return nil }
        let count = FactorizationScheme.inputRank(channels: channels, places: columns / channels, rank: rank, fullRank: fullRank)
        return count < channels ? count : nil
    }

    /// The factor that sees combinations of the group's input channels; nil where it sees the channels themselves.
    ///
    /// - Parameter metric: on the input channels of the group, which says what may be lost; nil for the plain one.
    package func narrowedInputs(_ pair: FactorPair, metric: Matrix? = nil) throws(LinearAlgebraError) -> NarrowedInputs? {
        guard let count = narrowedChannels(rank: pair.rank), count > 0 else { return nil }
        return try NarrowedInputs(pair, channels: channels, count: count, metric: metric)
    }

    /// The factors as the layer's scheme stores them: by ``FactorizationScheme/tucker``, the first one narrowed to as many combinations of
    /// input channels as go with the rank. All other schemes store any factors.
    ///
    /// - Parameter metric: see ``narrowedInputs(_:metric:)``.
    package func storable(_ pair: FactorPair, metric: Matrix? = nil) throws(LinearAlgebraError) -> FactorPair {
        guard let narrowed = try narrowedInputs(pair, metric: metric) else { return pair }
        return FactorPair(first: try narrowed.first, second: pair.second)
    }
}
