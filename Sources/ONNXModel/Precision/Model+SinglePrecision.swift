internal import Foundation
internal import Tensors

extension Model {
    /// The model with float32 in the place of float16 and bfloat16: weights, constants, types that are stated, and those that nodes make.
    ///
    /// All names stay. What the model computes differs by the roundings that it no longer makes.
    ///
    /// External data in half precision is read into the model; other external data stays where it is.
    ///
    /// - Returns: nil where the model has no half precision anywhere.
    /// - Throws: ``ModelError`` where a tensor cannot be read.
    package func widenedToSinglePrecision() throws(ModelError) -> Model? {
        let decoder = TensorDecoder(files: files)
        let tensors = try proto.changingTensors { tensor throws(ModelError) in
            guard Widening.isHalf(tensor.dataType), let values = try decoder.tensor(tensor).halfPrecisionElements else { return nil }
            return tensor.replacingElements(by: values)
        }
        var widened = tensors ?? proto
        var widening = Widening()
        widening.widen(&widened.graph)
        for index in widened.functions.indices {
            widening.widen(&widened.functions[index].node)
            widening.widen(&widened.functions[index].attributeProto)
            widening.widen(&widened.functions[index].valueInfo)
        }
        guard tensors != nil || widening.hasChanged else { return nil }
        var model = self
        model.proto = widened
        return model
    }
}

/// Changes what a graph says of types; its recursion is as deep as graphs are nested, which reading a model limits.
private struct Widening {
    private(set) var hasChanged = false

    /// Attributes that hold the number of an element type.
    private static let typeAttributes: Set<String> = ["to", "dtype", "output_dtype", "output_datatype", "stash_type", "softmax_precision"]

    static func isHalf(_ dataType: Int32) -> Bool {
        dataType == ElementType.float16.rawValue || dataType == ElementType.bfloat16.rawValue
    }

    mutating func widen(_ graph: inout GraphProto) {
        widen(&graph.node)
        widen(&graph.input)
        widen(&graph.output)
        widen(&graph.valueInfo)
    }

    mutating func widen(_ nodes: inout [NodeProto]) {
        for index in nodes.indices { widen(&nodes[index].attribute) }
    }

    mutating func widen(_ attributes: inout [AttributeProto]) {
        for index in attributes.indices {
            if attributes[index].hasG { widen(&attributes[index].g) }
            for graph in attributes[index].graphs.indices { widen(&attributes[index].graphs[graph]) }
            if attributes[index].hasTp { widen(&attributes[index].tp) }
            let number = attributes[index].i
            guard Widening.typeAttributes.contains(attributes[index].name), let type = Int32(exactly: number), Widening.isHalf(type) else {
                continue
            }
            attributes[index].i = Int64(ElementType.float32.rawValue)
            hasChanged = true
        }
    }

    mutating func widen(_ values: inout [ValueInfoProto]) {
        for index in values.indices where values[index].hasType { widen(&values[index].type) }
    }

    private mutating func widen(_ type: inout TypeProto) {
        switch type.value {
        case .tensorType(let tensor) where Widening.isHalf(tensor.elemType):
            type.tensorType.elemType = ElementType.float32.rawValue
            hasChanged = true
        case .sparseTensorType(let tensor) where Widening.isHalf(tensor.elemType):
            type.sparseTensorType.elemType = ElementType.float32.rawValue
            hasChanged = true
        case .sequenceType(let sequence) where sequence.hasElemType: widen(&type.sequenceType.elemType)
        case .optionalType(let optional) where optional.hasElemType: widen(&type.optionalType.elemType)
        case .mapType(let map) where map.hasValueType: widen(&type.mapType.valueType)
        default: return
        }
    }
}

extension TensorProto {
    /// The tensor with as many float32 elements.
    fileprivate func replacingElements(by values: [Float]) -> TensorProto {
        var tensor = self
        tensor.dataType = ElementType.float32.rawValue
        tensor.int32Data = []
        tensor.externalData = []
        tensor.clearDataLocation()
        tensor.rawData = values.withUnsafeBytes { Data($0) }
        return tensor
    }
}
