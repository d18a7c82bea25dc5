internal import GraphRewriting
internal import LinearAlgebra
internal import LowRank
internal import ONNXModel

/// Chooses how each convolution becomes a matrix: the scheme whose truncated singular value decomposition leaves the smaller error of the
/// weights at half their size.
///
/// The spatial scheme, a column of a kernel after a row of it, usually wins where there are enough channels (its matrix is square, so its
/// singular values fall faster at equal size); the scheme of whole patches wins in first layers with few input channels.
enum SchemeChoice {
    private static let share = 0.5

    static func layers(
        _ layers: [Layer], of model: Model, schemes: [FactorizationScheme], form: StorageForm, threads: Int
    ) throws -> [Layer] {
        let index = GraphIndex(model)
        return try concurrentMap(count: layers.count, threads: threads) { position in
            let views = schemes.compactMap { layers[position].viewed(as: $0) }
            guard views.count > 1 else { return layers[position] }
            let errors = try views.map { try error(of: $0, in: index, form: form) }
            return zip(views, errors).min { $0.1 < $1.1 }?.0 ?? layers[position]
        }
    }

    /// The squared error of the largest rank that takes at most `share` of the weight's elements, all groups at that rank.
    private static func error(of layer: Layer, in index: GraphIndex, form: StorageForm) throws -> Double {
        let limit = Double(layer.weightParameters) * share
        let rank = (0...layer.fullRank).last { Double(layer.parameters(rank: $0, form: form)) <= limit } ?? 0
        return try layer.matrices(in: index).reduce(0) { sum, matrix in
            let values = try matrix.thinSVD(name: layer.weightTitle).singularValues
            return sum + values.dropFirst(rank).reduce(0) { $0 + $1 * $1 }
        }
    }
}
