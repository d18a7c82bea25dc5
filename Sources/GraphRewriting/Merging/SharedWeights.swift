package import ONNXModel
internal import Tensors

/// Weights that a file holds twice, as they are or transposed: exporters write a tied embedding and output layer so.
///
/// Each is kept once, and the others become nodes that the runtime folds when it loads the model: Identity, or Transpose. Outputs stay the
/// same to the last bit, and the uses of all copies are one layer.
package struct SharedWeights: Sendable {
    package let model: Model
    /// The initializers that went, in the file's order.
    package let removed: [String]
    /// Elements of these.
    package let removedParameters: Int

    /// Smaller ones are not worth a node.
    private static let fewestElements = 1024

    /// - Parameter model: where it has external data, these tensors are read.
    /// - Throws: ``ModelError`` where a tensor cannot be read.
    package init(mergedIn model: Model) throws {
        let index = GraphIndex(model)
        var kept: [Fingerprint: String] = [:]
        var nodes: [NodeProto] = []
        var removed: [String] = []
        var parameters = 0
        for name in SharedWeights.candidates(of: model, index) {
            guard let tensor = try index.constant(name) else { continue }
            if let original = try kept[Fingerprint(tensor)].flatMap({ try index.constant($0) == tensor ? $0 : nil }) {
                nodes.append(.alias("Identity", of: original, as: name))
            } else if let transposed = try tensor.matrixTransposed,
                let original = try kept[Fingerprint(transposed)].flatMap({ try index.constant($0) == transposed ? $0 : nil })
            {
                nodes.append(.alias("Transpose", of: original, as: name, [.ints("perm", [1, 0])]))
            } else {
                kept[Fingerprint(tensor)] = name
                continue
            }
            removed.append(name)
            parameters += tensor.elementCount
        }
        var merged = model
        if !removed.isEmpty {
            let gone = Set(removed)
            merged.proto.graph.initializer.removeAll { gone.contains($0.name) }
            merged.proto.graph.node = nodes + model.proto.graph.node
        }
        self.model = merged
        self.removed = removed
        removedParameters = parameters
    }

    /// Floating-point initializers that nobody may override, and of whose type and lengths there is another one.
    private static func candidates(of model: Model, _ index: GraphIndex) -> [String] {
        guard model.proto.irVersion >= 4 else { return [] }
        struct Kind: Hashable {
            let type: Int32
            let lengths: [Int64]
        }
        var byKind: [Kind: Int] = [:]
        let weights = model.proto.graph.initializer.filter { tensor in
            let elements = tensor.dims.reduce(Int64(1)) { $0.multipliedReportingOverflow(by: max($1, 0)).partialValue }
            return ElementType(rawValue: tensor.dataType)?.isFloatingPoint == true && elements >= fewestElements
                && !index.isGraphInput(tensor.name) && !index.isGraphOutput(tensor.name)
        }.map { (name: $0.name, kind: Kind(type: $0.dataType, lengths: $0.dims.sorted())) }
        for weight in weights { byKind[weight.kind, default: 0] += 1 }
        return weights.filter { byKind[$0.kind, default: 0] > 1 }.map(\.name)
    }

    /// Tells nearly all tensors apart without keeping them.
    private struct Fingerprint: Hashable {
        let shape: [Int]
        let digest: Int

        init(_ tensor: Tensor) {
            shape = tensor.shape
            var hasher = Hasher()
            tensor.bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
            digest = hasher.finalize()
        }
    }
}

extension NodeProto {
    fileprivate static func alias(_ opType: String, of original: String, as name: String, _ attributes: [AttributeProto] = []) -> NodeProto
    {
        var node = NodeProto()
        node.opType = opType
        node.input = [original]
        node.output = [name]
        node.attribute = attributes
        return node
    }
}

extension Tensor {
    /// The transposed matrix; nil where the tensor is none.
    var matrixTransposed: Tensor? {
        get throws(TensorError) {
            guard shape.count == 2 else { return nil }
            let (rows, columns, width) = (shape[0], shape[1], elementType.byteCount)
            let transposed = [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, count in
                for row in 0..<rows {
                    for column in 0..<columns {
                        for byte in 0..<width {
                            buffer.initializeElement(
                                at: (column * rows + row) * width + byte, to: bytes[(row * columns + column) * width + byte])
                        }
                    }
                }
                count = bytes.count
            }
            return try Tensor(elementType: elementType, shape: [columns, rows], bytes: transposed)
        }
    }
}
