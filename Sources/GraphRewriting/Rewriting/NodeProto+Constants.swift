internal import ONNXModel
internal import Tensors

extension NodeProto {
    /// A Constant node without a name that produces a value of the tensor's name.
    static func constant(_ tensor: TensorProto) -> NodeProto {
        var value = AttributeProto()
        value.name = "value"
        value.type = .tensor
        value.t = tensor
        var node = NodeProto()
        node.opType = "Constant"
        node.output = [tensor.name]
        node.attribute = [value]
        return node
    }

    static func cast(of value: String, to type: ElementType, name: String, output: String) -> NodeProto {
        var node = NodeProto()
        node.opType = "Cast"
        node.name = name
        node.input = [value]
        node.output = [output]
        node.attribute = [.int("to", Int(type.rawValue))]
        return node
    }
}
