internal import GraphRewriting
internal import LinearAlgebra
internal import LowRank
internal import ONNXModel

/// The singular components of a model's layers.
struct Decomposition: Sendable {
    let layers: [Layer]
    /// By layer and group.
    private let groups: [[SingularValueDecomposition]]

    /// - Throws: `LinearAlgebraError` that names the layer, for weights that are not finite among others.
    init(_ layers: [Layer], of model: Model, threads: Int) throws {
        let index = GraphIndex(model)
        self.layers = layers
        groups = try concurrentMap(count: layers.count, threads: threads) { position in
            let layer = layers[position]
            return try layer.matrices(in: index).map { try $0.thinSVD(name: "the weight of layer '\(layer.name)'") }
        }
    }

    /// Some of the layers of another decomposition.
    init(_ other: Decomposition, keeping positions: [Int]) {
        layers = positions.map { other.layers[$0] }
        groups = positions.map { other.groups[$0] }
    }

    var shapes: [LayerShape] {
        layers.map { LayerShape(name: $0.name, groups: $0.groups, rows: $0.rows, columns: $0.columns) }
    }

    /// Both factors of each group of a layer, every singular value split evenly between them.
    ///
    /// - Parameters:
    ///   - components: which to keep, in the order in which they are stored; nil for all.
    ///   - scales: of each kept component.
    func factors(_ layer: Int, components: [Int]? = nil, scales: [Double]? = nil) throws -> [FactorPair] {
        try groups[layer].map { group in
            let kept = components ?? Array(group.singularValues.indices)
            let values = kept.enumerated().map { group.singularValues[$1] * (scales?[$0] ?? 1) }
            let first = try group.vTransposed.rows(at: kept).scalingRows(by: values.map { $0.magnitude.squareRoot() })
            let second = try group.u.columns(kept).scalingColumns(by: values.map { $0.magnitude.squareRoot() * ($0 < 0 ? -1 : 1) })
            return FactorPair(first: first, second: second)
        }
    }
}

extension Matrix {
    fileprivate func rows(at indices: [Int]) throws(LinearAlgebraError) -> Matrix {
        try Matrix(rows: indices.count, columns: columns, elements: indices.flatMap { row($0) })
    }
}
