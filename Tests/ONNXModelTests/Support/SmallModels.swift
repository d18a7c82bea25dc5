import ONNXModel
import Tensors

/// Small models put together in memory.
enum SmallModels {
    static func node(_ opType: String, _ inputs: [String], _ outputs: [String], name: String = "", _ attributes: [AttributeProto] = [])
        -> NodeProto
    {
        var node = NodeProto()
        node.opType = opType
        node.input = inputs
        node.output = outputs
        node.name = name
        node.attribute = attributes
        return node
    }

    static func value(_ name: String, _ shape: [Dimension] = [.dynamic, .fixed(4)]) -> ValueInfoProto {
        ValueInfoProto(name: name, TensorType(.float32, shape))
    }

    static func floats(_ name: String, _ shape: [Int]) throws -> TensorProto {
        let count = shape.reduce(1, *)
        return try TensorProto(name: name, Tensor(shape: shape, (0..<count).map(Float.init)))
    }

    static func attribute(_ name: String, graph: GraphProto) -> AttributeProto {
        var attribute = AttributeProto()
        attribute.name = name
        attribute.type = .graph
        attribute.g = graph
        return attribute
    }

    static func attribute(_ name: String, tensor: TensorProto) -> AttributeProto {
        var attribute = AttributeProto()
        attribute.name = name
        attribute.type = .tensor
        attribute.t = tensor
        return attribute
    }

    static func graph(
        inputs: [ValueInfoProto] = [value("x")], outputs: [ValueInfoProto] = [value("y")], initializers: [TensorProto] = [],
        _ nodes: [NodeProto]
    ) -> GraphProto {
        var graph = GraphProto()
        graph.name = "graph"
        graph.input = inputs
        graph.output = outputs
        graph.initializer = initializers
        graph.node = nodes
        return graph
    }

    static func model(_ graph: GraphProto, irVersion: Int64 = 8, opset: Int64 = 17) -> Model {
        var proto = ModelProto()
        proto.irVersion = irVersion
        proto.graph = graph
        var version = OperatorSetIdProto()
        version.version = opset
        proto.opsetImport = [version]
        return Model(proto: proto)
    }

    /// x [N,4] -> MatMul(w [4,4]) -> Add(b [4]) -> y.
    static func dense() throws -> Model {
        try model(
            graph(
                initializers: [floats("w", [4, 4]), floats("b", [4])],
                [node("MatMul", ["x", "w"], ["h"], name: "product"), node("Add", ["h", "b"], ["y"], name: "sum")]))
    }

    /// Points a tensor to a file.
    static func external(_ name: String, _ shape: [Int64], _ entries: [(String, String)]) -> TensorProto {
        var tensor = TensorProto()
        tensor.name = name
        tensor.dataType = 1
        tensor.dims = shape
        tensor.dataLocation = .external
        for (key, value) in entries {
            var entry = StringStringEntryProto()
            entry.key = key
            entry.value = value
            tensor.externalData.append(entry)
        }
        return tensor
    }
}
