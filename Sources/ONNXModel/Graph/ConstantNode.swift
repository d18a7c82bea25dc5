package import Tensors

extension Model {
    /// The value of a `Constant` node, in whichever attribute it is kept.
    ///
    /// - Returns: nil for other operators, for sparse and string values, and where the node takes its value from a function's attribute.
    /// - Throws: where the stored tensor is broken or of a type that ``Tensor`` does not have.
    package func constantValue(of node: NodeProto) throws(ModelError) -> Tensor? {
        try TensorDecoder(files: files).constantValue(of: node)
    }
}

extension TensorDecoder {
    func constantValue(of node: NodeProto) throws(ModelError) -> Tensor? {
        guard node.isConstant else { return nil }
        for attribute in node.attribute where attribute.refAttrName.isEmpty {
            switch attribute.name {
            case "value":
                var proto = attribute.t
                if proto.name.isEmpty { proto.name = node.optionalOutput(0) ?? node.name }
                return try tensor(proto)
            case "value_float": return Tensor(scalar: attribute.f)
            case "value_floats": return Tensor(attribute.floats)
            case "value_int": return Tensor(scalar: attribute.i)
            case "value_ints": return Tensor(attribute.ints)
            default: continue
            }
        }
        return nil
    }
}
