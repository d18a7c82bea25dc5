package import LinearAlgebra
internal import LowRank
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
        let largest = shape.largestSavingRank(form: factors.form)
        guard allowingAnyRank || rank <= largest else {
            throw .rankSavesNothing(layer: name, rank: rank, largestSavingRank: largest)
        }
        return rank
    }
}
