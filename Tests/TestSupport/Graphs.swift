package import ONNXModel
package import Tensors

// Small graphs in a few lines.

/// A changed copy of a value.
package func make<Value>(_ value: Value, _ change: (inout Value) -> Void) -> Value {
    var value = value
    change(&value)
    return value
}

package func node(
    _ opType: String, _ inputs: [String], _ output: String, name: String? = nil, _ attributes: AttributeProto..., domain: String = ""
) -> NodeProto {
    make(NodeProto()) {
        $0.opType = opType
        $0.domain = domain
        $0.name = name ?? output
        $0.input = inputs
        $0.output = [output]
        $0.attribute = attributes
    }
}

package func constantNode(_ output: String, _ tensor: Tensor) -> NodeProto {
    node("Constant", [], output, .tensor("value", tensor))
}

/// A value's name, type and shape; nil is an axis of unknown length.
package func value(_ name: String, _ shape: [Int?], _ elementType: ElementType = .float32) -> ValueInfoProto {
    make(ValueInfoProto()) {
        $0.name = name
        $0.type.tensorType.elemType = elementType.rawValue
        $0.type.tensorType.shape.dim = shape.map { length in
            make(TensorShapeProto.Dimension()) { if let length { $0.dimValue = Int64(length) } else { $0.dimParam = "N" } }
        }
    }
}

package func graph(
    _ nodes: [NodeProto], _ initializers: [(String, Tensor)] = [], inputs: [ValueInfoProto], outputs: [ValueInfoProto]
) -> GraphProto {
    make(GraphProto()) {
        $0.name = "test"
        $0.node = nodes
        $0.initializer = initializers.map { TensorProto(name: $0, $1) }
        $0.input = inputs
        $0.output = outputs
    }
}

package func model(_ graph: GraphProto, operatorSet: Int = 13, irVersion: Int = 7) -> Model {
    Model(
        proto: make(ModelProto()) {
            $0.irVersion = Int64(irVersion)
            $0.graph = graph
            $0.opsetImport = [make(OperatorSetIdProto()) { $0.version = Int64(operatorSet) }]
        })
}
