internal import GraphRewriting
internal import LinearAlgebra
internal import LowRank
internal import ONNXModel
internal import Search

/// Chooses how each convolution becomes a matrix: the scheme whose truncated singular value decomposition leaves the smallest error of the
/// weights at the size that is asked for, or at half of theirs.
///
/// The spatial scheme, a column of a kernel after a row of it, usually wins at half of the size where there are enough channels (its matrix
/// is square, so its singular values fall faster at equal size), Tucker's at small sizes, and whole patches in first layers with few input
/// channels.
enum SchemeChoice {
    /// The largest share to compare at: above, all schemes lose little.
    private static let largestShare = 0.5

    /// The largest share to consider Tucker's scheme at. By the weights alone it wins from a third downwards, but the inputs' second moment,
    /// which is not known yet, and the measured loss put it level with the spatial scheme at a quarter, or behind.
    private static let largestNarrowedShare = 0.2

    /// - Parameters:
    ///   - schemes: to choose among.
    ///   - share: of the parameters, that the search is to end at; nil where that is open.
    static func layers(
        _ layers: [Layer], of model: Model, schemes: [FactorizationScheme], form: StorageForm, share: Double?, threads: Int
    ) throws -> [Layer] {
        let index = GraphIndex(model)
        let share = min(share ?? largestShare, largestShare)
        return try concurrentMap(count: layers.count, threads: threads) { position in
            let views = schemes.filter { $0 != .tucker || share <= largestNarrowedShare }
                .compactMap { layers[position].viewed(as: $0) }
            guard views.count > 1 else { return layers[position] }
            let errors = try views.map { try error(of: $0, in: index, form: form, share: share) }
            return zip(views, errors).min { $0.1 < $1.1 }?.0 ?? layers[position]
        }
    }

    /// The squared error of the largest rank that takes at most a share of the weight's elements, all groups at that rank.
    private static func error(of layer: Layer, in index: GraphIndex, form: StorageForm, share: Double) throws -> Double {
        let shape = layer.shape
        let limit = Double(shape.parameters) * share
        let rank = (0...shape.fullRank).last { Double(shape.parameters(rank: $0, form: form)) <= limit } ?? 0
        return try layer.matrices(in: index).reduce(0) { sum, matrix in
            let pair = try shape.storable(FactorPair(matrix.thinSVD(name: shape.weightTitle), rank: rank))
            let norm = try matrix.adding(pair.second.multiplied(by: pair.first), times: -1).frobeniusNorm
            return sum + norm * norm
        }
    }
}
