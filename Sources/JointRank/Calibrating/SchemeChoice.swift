internal import GraphRewriting
internal import LinearAlgebra
internal import LowRank
internal import ONNXModel
internal import Search

/// Chooses how each convolution becomes a matrix: the scheme whose truncated singular value decomposition leaves the smallest error of the
/// weights at the cost that is asked for, or at half of theirs.
///
/// The cost is parameters where size alone counts. Else it is multiply-accumulates, which time follows where ranks fill vectors, whatever the scheme.
///
/// In parameters, the spatial scheme, a column of a kernel after a row of it, usually wins at half of the size where there are enough channels (its
/// matrix is square, so its singular values fall faster at equal size), Tucker's at small sizes, and whole patches in first layers with few input
/// channels.
struct SchemeChoice {
    private let model: Model
    /// Nil where size alone counts.
    private let operations: ComputeCost?
    /// Of a layer's cost.
    private let share: Double
    private let threads: Int

    /// The largest share to compare at: above, all schemes lose little.
    private static let largestShare = 0.5

    /// The largest share of the parameters to consider Tucker's scheme at. By the weights alone it wins from a third downwards, but the inputs' second
    /// moment, which is not known yet, and the measured loss put it level with the spatial scheme at a quarter, or behind.
    private static let largestNarrowedShare = 0.2

    /// - Parameter types: of the model's values.
    init(_ model: Model, types: [String: TensorType], _ options: CompressionOptions) {
        self.model = model
        operations = options.optimize == .size ? nil : ComputeCost(model: model, types: types)
        let asked = options.targets.asked.map(\.share).min() ?? SchemeChoice.largestShare
        share = min(asked, SchemeChoice.largestShare)
        threads = options.threads
    }

    func layers(_ layers: [Layer], schemes: [FactorizationScheme]) throws -> [Layer] {
        let index = GraphIndex(model)
        let isNarrow = operations != nil || share <= SchemeChoice.largestNarrowedShare
        return try concurrentMap(count: layers.count, threads: threads) { position in
            let views = schemes.filter { $0 != .tucker || isNarrow }.compactMap { layers[position].viewed(as: $0) }
            guard views.count > 1 else { return layers[position] }
            let errors = try views.map { try error(of: $0, in: index) }
            return zip(views, errors).min { $0.1 < $1.1 }?.0 ?? layers[position]
        }
    }

    /// The squared error of the largest rank that costs at most the share, all groups at that rank.
    private func error(of layer: Layer, in index: GraphIndex) throws -> Double {
        let shape = layer.shape
        let rank = largestRank(of: layer)
        return try layer.matrices(in: index).reduce(0) { sum, matrix in
            let pair = try shape.storable(FactorPair(matrix.thinSVD(name: shape.weightTitle), rank: rank))
            let norm = try matrix.adding(pair.second.multiplied(by: pair.first), times: -1).frobeniusNorm
            return sum + norm * norm
        }
    }

    private func largestRank(of layer: Layer) -> Int {
        let shape = layer.shape
        // Of arithmetic that is not known, positions are left out, and that is parameters.
        if let operations, let dense = operations.of(layer) {
            return (0...shape.fullRank).last { rank in
                VectorLength.isFilled(rank: rank) && operations.of(layer, rank: rank).map(Double.init) ?? .infinity <= share * Double(dense)
            } ?? 0
        }
        let form = operations == nil ? StorageForm.pivoted : .factors
        return (0...shape.fullRank).last { Double(shape.parameters(rank: $0, form: form)) <= share * Double(shape.parameters) } ?? 0
    }
}
