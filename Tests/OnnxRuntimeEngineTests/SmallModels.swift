import Foundation
import ONNXModel
import SwiftProtobuf
import Tensors

/// A model of a few nodes, written in place.
func model(
    _ nodes: [NodeProto], inputs: [ValueInfoProto], outputs: [ValueInfoProto], initializers: [TensorProto] = [], opset: Int64 = 17
) throws -> Data {
    let model = ModelProto.with {
        $0.irVersion = 8
        $0.opsetImport = [.with { $0.version = opset }]
        $0.graph = .with {
            $0.name = "test"
            $0.node = nodes
            $0.input = inputs
            $0.output = outputs
            $0.initializer = initializers
        }
    }
    return try model.serializedData()
}

func node(_ opType: String, _ inputs: [String], _ outputs: [String], _ attributes: [AttributeProto] = []) -> NodeProto {
    .with {
        $0.opType = opType
        $0.input = inputs
        $0.output = outputs
        $0.attribute = attributes
    }
}

enum Axis: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    case length(Int64)
    case symbol(String)

    init(integerLiteral value: Int64) { self = .length(value) }
    init(stringLiteral value: String) { self = .symbol(value) }
}

func value(_ name: String, _ elementType: Int32, _ shape: [Axis]) -> ValueInfoProto {
    .with { value in
        value.name = name
        value.type.tensorType.elemType = elementType
        value.type.tensorType.shape.dim = shape.map { axis in
            .with { dimension in
                switch axis {
                case .length(let length): dimension.dimValue = length
                case .symbol(let symbol): dimension.dimParam = symbol
                }
            }
        }
    }
}

func value(_ name: String, _ elementType: ElementType, _ shape: [Axis]) -> ValueInfoProto {
    value(name, elementType.rawValue, shape)
}

/// `y = x`.
func identity(_ elementType: ElementType, _ shape: [Axis]) throws -> Data {
    try model([node("Identity", ["x"], ["y"])], inputs: [value("x", elementType, shape)], outputs: [value("y", elementType, shape)])
}

/// `sum = a + b`, `difference = a - b` in float32, over a free axis `batch` and an axis of 3.
func arithmetic() throws -> Data {
    let shape: [Axis] = ["batch", 3]
    return try model(
        [node("Add", ["a", "b"], ["sum"]), node("Sub", ["a", "b"], ["difference"])],
        inputs: [value("a", .float32, shape), value("b", .float32, shape)],
        outputs: [value("sum", .float32, shape), value("difference", .float32, shape)])
}

/// A model that keeps one core busy for seconds: a loop of `count` matrix products of order 256.
func longLoop(_ count: Int64) throws -> Data {
    let body = GraphProto.with {
        $0.name = "body"
        $0.node = [
            node("Identity", ["go"], ["goOn"]), node("MatMul", ["state", "state"], ["product"]), node("Tanh", ["product"], ["next"]),
        ]
        $0.input = [value("iteration", .int64, []), value("go", .bool, []), value("state", .float32, [256, 256])]
        $0.output = [value("goOn", .bool, []), value("next", .float32, [256, 256])]
    }
    let bodyAttribute = AttributeProto.with {
        $0.name = "body"
        $0.type = .graph
        $0.g = body
    }
    return try model(
        [node("Loop", ["count", "", "x"], ["y"], [bodyAttribute])], inputs: [value("x", .float32, [256, 256])],
        outputs: [value("y", .float32, [256, 256])], initializers: [TensorProto(name: "count", Tensor(scalar: count))])
}
