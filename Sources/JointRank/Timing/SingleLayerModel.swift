internal import Calibration
internal import GraphRewriting
internal import LinearAlgebra
internal import LowRank
internal import ONNXModel
internal import Search
internal import Tensors

/// One layer of a model as a model of its own, to be timed by itself in any form.
struct SingleLayerModel {
    /// A way to store the layer.
    enum Variant: Hashable {
        case dense
        case factored(rank: Int, StorageForm)
    }

    private let dense: Model
    private let layer: Layer
    let inputs: [String: Tensor]
    /// What decides the layer's time but for its form: operator, attributes and shapes.
    private let signature: String

    /// The largest number of elements of an input that is made up.
    private static let largestInput = 1 << 28
    /// Ranks to time in each form.
    private static let gridPoints = 6

    /// - Parameters:
    ///   - layer: of `original`, or of it in another precision, viewed in its scheme.
    ///   - types: of the values around it.
    ///   - samples: in a run.
    /// - Returns: nil where an input's shape is not known.
    init?(_ layer: Layer, of original: Model, index: GraphIndex, types: ObservedTypes, samples: Int) throws {
        var graph = GraphProto()
        graph.name = "layer"
        var inputs: [String: Tensor] = [:]
        var signatures: [String] = []
        for (position, use) in SingleLayerModel.distinctUses(of: layer).enumerated() {
            guard var node = index.producingNode(of: use.output), let type = types.type(of: use.input, samples: samples),
                let outputType = types.types[use.output]
            else { return nil }
            let lengths = type.shape.compactMap(\.fixedLength)
            guard lengths.reduce(1, *) < SingleLayerModel.largestInput else { return nil }
            for name in Set(node.input).sorted() where name != use.input && !name.isEmpty {
                guard try graph.addConstant(name, from: index) else { return nil }
            }
            // Renamed, because one use may read what another computes.
            let input = "\(position) of \(use.input)"
            node.input = node.input.map { $0 == use.input ? input : $0 }
            graph.node.append(node)
            graph.input.append(ValueInfoProto(name: input, TensorType(type.elementType, lengths.map(Dimension.fixed))))
            graph.output.append(ValueInfoProto(name: use.output, TensorType(outputType.elementType, [])))
            graph.output[position].type.tensorType.clearShape()
            inputs[input] = try SingleLayerModel.madeUp(type.elementType, lengths)
            let attributes = node.attribute.map { "\($0.name)=\($0.i)\($0.ints)\($0.f)" }.sorted().joined(separator: ",")
            signatures.append("\(node.qualifiedOperator) \(attributes) input \(lengths)")
        }
        var proto = ModelProto()
        proto.irVersion = max(original.proto.irVersion, 4)
        proto.opsetImport = original.proto.opsetImport
        proto.graph = graph
        dense = Model(proto: proto)
        guard let own = LayerCatalogue(model: dense).layers.first?.viewed(as: layer.scheme) else { return nil }
        self.layer = own
        self.inputs = inputs
        let precision = own.elementType == .float32 ? "" : " \(own.elementType)"
        signature = "\(signatures.joined(separator: " + ")) weight \(layer.weightShape)\(precision)"
    }

    /// Uses that differ in how they apply the weight; of like ones, the first.
    private static func distinctUses(of layer: Layer) -> [LayerUse] {
        layer.uses.reduce(into: []) { distinct, use in
            if !distinct.contains(where: { $0.kind == use.kind && $0.isTransposed == use.isTransposed }) { distinct.append(use) }
        }
    }

    /// Any values will do: zeros where they are indices.
    private static func madeUp(_ type: ElementType, _ shape: [Int]) throws -> Tensor {
        let count = shape.reduce(1, *)
        guard type.isFloatingPoint else {
            return try Tensor(elementType: type, shape: shape, bytes: Array(repeating: 0, count: count * type.byteCount))
        }
        return try Tensor(elementType: type, shape: shape, rounding: (0..<count).map { Double($0 % 17) / 17 - 0.5 })
    }

    /// Of the layer.
    var name: String { layer.name }

    /// What decides a variant's time.
    func key(_ variant: Variant) -> String {
        switch variant {
        case .dense: "\(signature) dense"
        case .factored(let rank, let form): "\(signature) \(layer.scheme) \(form) rank \(rank)"
        }
    }

    /// Ranks up to the largest that saves parameters, among those that are vectorized.
    func ranks(_ form: StorageForm) -> [Int] { SingleLayerModel.ranks(of: layer, form) }

    /// As ``ranks(_:)-(StorageForm)``, for a layer that need not be timed.
    static func ranks(of layer: Layer, _ form: StorageForm) -> [Int] {
        let largest = layer.shape.largestSavingRank(form: form)
        guard largest >= 1 else { return [] }
        let ranks = (1...gridPoints).map { largest * $0 / gridPoints }.map {
            VectorLength.isFilled(rank: $0) ? $0 : $0 / VectorLength.channels * VectorLength.channels
        }
        return Set(ranks.filter { $0 >= 1 }).sorted()
    }

    /// The layer as it is in the model, or with made-up factors: time does not depend on their values.
    func model(_ variant: Variant) throws -> Model {
        switch variant {
        case .dense: dense
        case .factored(let rank, let form): try factored(rank: rank, form: form)
        }
    }

    private func factored(rank: Int, form: StorageForm) throws -> Model {
        func made(_ rows: Int, _ columns: Int) throws -> Matrix {
            try Matrix(rows: rows, columns: columns, elements: (0..<rows * columns).map { Double(($0 * 7919 + rows) % 1009) / 1009 - 0.5 })
        }
        let pair = FactorPair(first: try made(rank, layer.columns), second: try made(layer.rows, rank))
        let factors = LayerFactors(scheme: layer.scheme, form: form, pairs: Array(repeating: pair, count: layer.groups))
        return try Rewriting.apply([layer.name: factors], to: dense, allowingAnyRank: true).model
    }
}

extension GraphProto {
    /// Adds a constant of another graph with the Identity and Transpose nodes that it is shared through there.
    ///
    /// - Returns: whether the value is one.
    fileprivate mutating func addConstant(_ name: String, from index: GraphIndex) throws -> Bool {
        if initializer.contains(where: { $0.name == name }) || node.contains(where: { $0.output.contains(name) }) { return true }
        if let producer = index.producingNode(of: name), producer.isIdentity || producer.qualifiedOperator == "Transpose" {
            guard let input = producer.optionalInput(0), try addConstant(input, from: index) else { return false }
            node.append(producer)
            return true
        }
        guard let constant = try index.constant(name) else { return false }
        initializer.append(TensorProto(name: name, constant))
        return true
    }
}
