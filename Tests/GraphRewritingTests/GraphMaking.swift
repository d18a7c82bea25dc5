import Foundation
import ONNXModel
import Tensors

// Small graphs in a few lines.

/// A changed copy of a value.
func make<Value>(_ value: Value, _ change: (inout Value) -> Void) -> Value {
    var value = value
    change(&value)
    return value
}

func node(
    _ opType: String, _ inputs: [String], _ output: String, name: String = "", _ attributes: AttributeProto..., domain: String = ""
) -> NodeProto {
    make(NodeProto()) {
        $0.opType = opType
        $0.domain = domain
        $0.name = name
        $0.input = inputs
        $0.output = [output]
        $0.attribute = attributes
    }
}

func constantNode(_ output: String, _ tensor: TensorProto) -> NodeProto {
    node(
        "Constant", [], output,
        make(AttributeProto()) {
            $0.name = "value"
            $0.type = .tensor
            $0.t = tensor
        })
}

/// A float32 tensor of small pseudo-random elements that differ from tensor to tensor.
func weight(_ name: String, _ shape: [Int]) -> TensorProto {
    var random = SplitMix(seed: name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
    return floats(name, shape, (0..<shape.reduce(1, *)).map { _ in random.nextUnit() })
}

func floats(_ name: String, _ shape: [Int], _ elements: [Float]) -> TensorProto {
    make(TensorProto()) {
        $0.name = name
        $0.dataType = ElementType.float32.rawValue
        $0.dims = shape.map(Int64.init)
        $0.rawData = elements.withUnsafeBytes { Data($0) }
    }
}

/// A tensor of zeros of any type.
func zeros(_ name: String, _ shape: [Int], _ elementType: ElementType) -> TensorProto {
    make(TensorProto()) {
        $0.name = name
        $0.dataType = elementType.rawValue
        $0.dims = shape.map(Int64.init)
        $0.rawData = Data(count: shape.reduce(elementType.byteCount, *))
    }
}

/// A value's name, type and shape; nil is an axis of unknown length.
func value(_ name: String, _ shape: [Int?], _ elementType: ElementType = .float32) -> ValueInfoProto {
    make(ValueInfoProto()) {
        $0.name = name
        $0.type.tensorType.elemType = elementType.rawValue
        $0.type.tensorType.shape.dim = shape.map { length in
            make(TensorShapeProto.Dimension()) { if let length { $0.dimValue = Int64(length) } }
        }
    }
}

func graph(
    _ nodes: [NodeProto], _ initializers: [TensorProto] = [], inputs: [ValueInfoProto], outputs: [ValueInfoProto]
) -> GraphProto {
    make(GraphProto()) {
        $0.name = "test"
        $0.node = nodes
        $0.initializer = initializers
        $0.input = inputs
        $0.output = outputs
    }
}

func model(_ graph: GraphProto, operatorSet: Int = 13, irVersion: Int = 7) -> Model {
    Model(
        proto: make(ModelProto()) {
            $0.irVersion = Int64(irVersion)
            $0.graph = graph
            $0.opsetImport = [make(OperatorSetIdProto()) { $0.version = Int64(operatorSet) }]
            // Initializers had to be graph inputs before version 4.
            if irVersion < 4 {
                $0.graph.input += graph.initializer.map { tensor in
                    value(tensor.name, tensor.dims.map { Int($0) }, ElementType(rawValue: tensor.dataType) ?? .float32)
                }
            }
        })
}

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Between -1 and 1.
    mutating func nextUnit() -> Float { Float.random(in: -1...1, using: &self) }
}
