internal import GraphRewriting
internal import LinearAlgebra
internal import LowRank
internal import ONNXModel

/// The components of a model's layers: each group's weight as a product of full-rank factors, a component being a column of the
/// second and a row of the first.
struct Decomposition: Sendable {
    let layers: [Layer]
    /// By layer and group.
    private let factors: [[FactorPair]]

    private init(layers: [Layer], factors: [[FactorPair]]) {
        self.layers = layers
        self.factors = factors
    }

    var shapes: [LayerShape] {
        layers.map { LayerShape(name: $0.name, groups: $0.groups, rows: $0.rows, columns: $0.columns) }
    }

    /// All components, by layer name.
    var allFactors: [String: [FactorPair]] {
        Dictionary(uniqueKeysWithValues: zip(layers.map(\.name), factors))
    }

    func restricted(to names: Set<String>) -> Decomposition {
        let kept = layers.indices.filter { names.contains(layers[$0].name) }
        return Decomposition(layers: kept.map { layers[$0] }, factors: kept.map { factors[$0] })
    }

    /// The factors of each group of a layer with some of the components.
    ///
    /// - Parameters:
    ///   - components: which to keep, in the order in which they are stored.
    ///   - scales: of each kept component; nil for ones.
    func factors(_ layer: Int, components: [Int], scales: [Double]?) throws -> [FactorPair] {
        try factors[layer].map { pair in
            let scales = scales ?? Array(repeating: 1, count: components.count)
            let first = try pair.first.rows(at: components).scalingRows(by: scales.map { $0.magnitude.squareRoot() })
            let second = try pair.second.columns(components).scalingColumns(
                by: scales.map { $0.magnitude.squareRoot() * ($0 < 0 ? -1 : 1) })
            return FactorPair(first: first, second: second)
        }
    }

    /// Decomposes layers by the inputs that they see.
    ///
    /// - Parameter moments: given the plain singular factors of each group by layer name, the second moments of the hidden values.
    /// - Throws: `LinearAlgebraError` that names the layer, for weights that are not finite among others.
    static func inputWhitened(
        _ layers: [Layer], of model: Model, threads: Int, moments: ([String: [FactorPair]]) throws -> [String: [Matrix]]
    ) throws -> Decomposition {
        let index = GraphIndex(model)
        let singular = try concurrentMap(count: layers.count, threads: threads) { position in
            try layers[position].matrices(in: index).map { try $0.thinSVD(name: layers[position].weightTitle) }
        }
        let plain = try singular.map { try $0.map { try FactorPair($0, rank: $0.singularValues.count) } }
        let seen = try moments(Dictionary(uniqueKeysWithValues: zip(layers.map(\.name), plain)))
        let factors = try concurrentMap(count: layers.count, threads: threads) { position in
            guard let moments = seen[layers[position].name] else { return plain[position] }
            return try zip(singular[position], moments).map { group, moment in
                let (first, second) = try InputWhitenedBasis.factors(group, moment: moment, name: layers[position].weightTitle)
                return FactorPair(first: first, second: second)
            }
        }
        return Decomposition(layers: layers, factors: factors)
    }
}

extension Layer {
    fileprivate var weightTitle: String { "the weight of layer '\(name)'" }
}

extension Matrix {
    fileprivate func rows(at indices: [Int]) throws(LinearAlgebraError) -> Matrix {
        try Matrix(rows: indices.count, columns: columns, elements: indices.flatMap { row($0) })
    }
}
