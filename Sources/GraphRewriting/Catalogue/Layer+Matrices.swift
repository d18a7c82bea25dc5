package import LinearAlgebra
package import LowRank
package import ONNXModel
internal import Tensors

extension Layer {
    /// The weight as matrices W (M x K), one per group.
    ///
    /// - Throws: ``RewritingError/differentModel(layer:)`` where the model does not hold the weight as it was catalogued, ``ModelError``
    ///   where it cannot be read.
    package func matrices(in model: Model) throws -> [Matrix] {
        try matrices(in: GraphIndex(model))
    }

    /// As ``matrices(in:)-(Model)``, for many layers of one model.
    package func matrices(in index: GraphIndex) throws -> [Matrix] {
        guard let tensor = try index.constant(weightName), tensor.shape == weightShape, tensor.elementType == elementType else {
            throw RewritingError.differentModel(layer: name)
        }
        return try layout.matrices(tensor)
    }

    /// The factors as the layer's scheme stores them: by ``FactorizationScheme/tucker``, the first one narrowed to as many combinations of
    /// input channels as go with the rank. All other schemes store any factors.
    ///
    /// - Parameter metric: on the input channels of the group, which says what may be lost; nil for the plain one.
    package func storable(_ pair: FactorPair, metric: Matrix? = nil) throws(LinearAlgebraError) -> FactorPair {
        guard let narrowed = try narrowedInputs(pair, metric: metric) else { return pair }
        return FactorPair(first: try narrowed.first, second: pair.second)
    }

    /// The factor that sees combinations of the group's input channels; nil where it sees the channels themselves.
    func narrowedInputs(_ pair: FactorPair, metric: Matrix? = nil) throws(LinearAlgebraError) -> NarrowedInputs? {
        guard let count = narrowedChannels(rank: pair.rank), count > 0 else { return nil }
        return try NarrowedInputs(pair, channels: weightShape[1], count: count, metric: metric)
    }

    /// The rank that the factors share.
    ///
    /// - Throws: why they cannot take the weight's place.
    func rank(of factors: LayerFactors, allowingAnyRank: Bool) throws(RewritingError) -> Int {
        let pairs = factors.pairs
        guard pairs.count == groups, let rank = pairs.first?.rank else {
            throw .groupCount(layer: name, expected: groups, actual: pairs.count)
        }
        for pair in pairs {
            guard pair.isProduct, pair.columns == columns, pair.rows == rows else {
                throw .factorShape(
                    layer: name, first: [pair.rank, pair.columns], second: [pair.rows, pair.second.columns], rows: rows,
                    columns: columns)
            }
            guard pair.rank == rank else { throw .unequalRanks(layer: name) }
        }
        guard rank > 0 else { throw .rankNotPositive(layer: name) }
        let largest = largestSavingRank(form: factors.form)
        guard allowingAnyRank || rank <= largest else {
            throw .rankSavesNothing(layer: name, rank: rank, largestSavingRank: largest)
        }
        return rank
    }
}
