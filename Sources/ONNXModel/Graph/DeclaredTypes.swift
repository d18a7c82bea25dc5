internal import Tensors

extension TensorType {
    /// The type that a graph states for a value.
    ///
    /// An axis without a length, with a name for one (`batch`, `?`) or with a negative one is ``Dimension/dynamic``.
    /// nil where no type or no shape is given, where the value is not a tensor, or where its element type is not one of ``ElementType``.
    package init?(_ info: ValueInfoProto) {
        guard case .tensorType(let type)? = info.type.value, type.hasShape, let elementType = ElementType(rawValue: type.elemType) else {
            return nil
        }
        self.init(
            elementType,
            type.shape.dim.map { dimension in
                guard case .dimValue(let length)? = dimension.value, length >= 0 else { return .dynamic }
                return .fixed(Int(length))
            })
    }

    /// The type of a stored tensor; nil for element types that ``ElementType`` does not have, and for impossible shapes.
    package init?(_ tensor: TensorProto) {
        guard let elementType = tensor.elementType, let shape = try? tensor.shape() else { return nil }
        self.init(elementType, shape.map(Dimension.fixed))
    }
}

extension ValueInfoProto {
    /// States a value's type; axes whose length is not known are left open.
    package init(name: String, _ type: TensorType) {
        self.init()
        self.name = name
        var tensor = TypeProto.Tensor()
        tensor.elemType = type.elementType.rawValue
        tensor.shape = .init()
        tensor.shape.dim = type.shape.map { axis in
            var dimension = TensorShapeProto.Dimension()
            if let length = axis.fixedLength { dimension.dimValue = Int64(length) }
            return dimension
        }
        self.type = TypeProto()
        self.type.tensorType = tensor
    }
}

extension GraphProto {
    /// The types that the graph states: of inputs, outputs, values in between and initializers.
    package var declaredTypes: [String: TensorType] {
        var types: [String: TensorType] = [:]
        for info in input + output + valueInfo { types[info.name] = TensorType(info) ?? types[info.name] }
        for tensor in initializer { types[tensor.name] = TensorType(tensor) ?? types[tensor.name] }
        return types
    }
}
