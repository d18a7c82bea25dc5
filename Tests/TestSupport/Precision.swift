package import ONNXModel
package import Tensors

extension Model {
    /// The model with all float32 numbers and values in another floating-point type.
    package func rounded(to elementType: ElementType) throws -> Model {
        var model = self
        var graph = proto.graph
        for index in graph.initializer.indices { graph.initializer[index] = try rounded(graph.initializer[index], to: elementType) }
        for index in graph.node.indices where graph.node[index].isConstant {
            for attribute in graph.node[index].attribute.indices where graph.node[index].attribute[attribute].hasT {
                graph.node[index].attribute[attribute].t = try rounded(graph.node[index].attribute[attribute].t, to: elementType)
            }
        }
        graph.input = graph.input.map { $0.retyped(to: elementType) }
        graph.output = graph.output.map { $0.retyped(to: elementType) }
        graph.valueInfo = graph.valueInfo.map { $0.retyped(to: elementType) }
        model.proto.graph = graph
        return model
    }

    private func rounded(_ proto: TensorProto, to elementType: ElementType) throws -> TensorProto {
        let tensor = try tensor(proto)
        return tensor.elementType == .float32 ? TensorProto(name: proto.name, try tensor.rounded(to: elementType)) : proto
    }
}

extension Tensor {
    /// The same floating-point numbers in another type.
    package func rounded(to elementType: ElementType) throws -> Tensor {
        try Tensor(elementType: elementType, shape: shape, rounding: floatingPointElements ?? [])
    }
}

extension ValueInfoProto {
    fileprivate func retyped(to elementType: ElementType) -> ValueInfoProto {
        guard type.tensorType.elemType == ElementType.float32.rawValue else { return self }
        return make(self) { $0.type.tensorType.elemType = elementType.rawValue }
    }
}
