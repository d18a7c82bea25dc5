internal import ONNXModel
internal import Tensors

/// A constant that may be a layer's weight, as the graph describes it; its elements stay where they are.
struct StoredWeight {
    /// The initializer, or the output of the Constant node.
    let name: String
    /// As it is stored.
    let shape: [Int]
    /// Whether the operand is the transposed matrix.
    let isTransposed: Bool
    /// `TensorProto.DataType`.
    let dataType: Int32

    /// - Parameter value: the weight operand of a node.
    /// - Throws: why the operand is no constant with elements.
    init(_ value: String, in index: GraphIndex) throws(UntreatedReason) {
        let constant = TransposedConstant(value, in: index)
        (name, isTransposed) = (constant.name, constant.isTransposed)
        if index.isOverridable(name) { throw .overridableWeight(input: name) }
        guard let proto = index.constantProto(name) else { throw StoredWeight.reasonAgainst(name, in: index) }
        shape = proto.dims.map { Int($0) }
        dataType = proto.dataType
    }

    /// The type of the elements, where a layer may have it.
    var elementType: ElementType {
        get throws(UntreatedReason) {
            guard let type = ElementType(rawValue: dataType) else { throw .elementType("of the data type \(dataType)") }
            guard type.isFloatingPoint else { throw .elementType("\(type)") }
            return type
        }
    }

    private static func reasonAgainst(_ name: String, in index: GraphIndex) -> UntreatedReason {
        if let producer = index.producingNode(of: name) {
            // Other attributes of a Constant node than these hold scalars and vectors.
            if producer.isConstant { return producer.attributeProto("sparse_value") != nil ? .sparseWeight : .rankOne }
            return producer.opType.hasSuffix("DequantizeLinear") ? .quantized : .computedWeight(by: producer.label)
        }
        if index.isGraphInput(name) { return .fedWeight(input: name) }
        let isSparse = index.graph.sparseInitializer.contains { $0.values.name == name }
        return isSparse ? .sparseWeight : .malformed("nothing defines the weight '\(name)'")
    }
}

extension NodeProto {
    /// How reasons refer to the node: its operator, and its name or output.
    var label: String {
        "\(qualifiedOperator) '\(name.isEmpty ? output.first ?? "" : name)'"
    }
}
