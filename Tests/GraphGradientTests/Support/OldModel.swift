import Foundation
import GraphGradient
import ONNXModel
import OnnxRuntimeEngine
import SwiftProtobuf
import Tensors
import Testing

/// A small model of an older operator set.
struct OldModel {
    static let runtimeIsInstalled = (try? Runtime.shared()) != nil
    static let hint = "needs ONNX Runtime in .deps/onnxruntime: run Scripts/bootstrap"

    var version: Int
    var format: Int64 = 8
    var nodes: [NodeProto]
    var inputs: [(name: String, tensor: Tensor)]
    var initializers: [(name: String, tensor: Tensor)] = []
    var outputs: [String]
    var functions: [FunctionProto] = []
    /// Whether the inputs' shapes are stated, or only their types.
    var declaresShapes = true

    /// One node: its first input is given at run time, and so are boolean ones; others are initializers, as axes and scales mostly are.
    init(
        _ version: Int, _ opType: String, _ inputs: [Tensor], _ attributes: [AttributeProto] = [], outputs: Int = 1,
        scalesAreInputs: Bool = false
    ) {
        self.version = version
        let names = inputs.indices.map { "x\($0)" }
        self.outputs = (0..<outputs).map { "y\($0)" }
        nodes = [NodeProto(opType, names, self.outputs, attributes)]
        self.inputs = []
        for (index, (name, tensor)) in zip(names, inputs).enumerated() {
            if index == 0 || scalesAreInputs || tensor.elementType == .bool {
                self.inputs.append((name, tensor))
            } else {
                initializers.append((name, tensor))
            }
        }
    }

    var proto: ModelProto {
        var model = ModelProto()
        model.irVersion = format
        model.opsetImport = [.with { $0.version = Int64(version) }]
        for domain in Set(nodes.map(\.domain)).subtracting([""]).sorted() {
            model.opsetImport.append(
                .with {
                    $0.domain = domain
                    $0.version = 1
                })
        }
        model.functions = functions
        model.graph.name = "old"
        model.graph.node = nodes
        model.graph.input = inputs.map { name, tensor in
            var info = ValueInfoProto(name: name, TensorType(tensor.elementType, tensor.shape.map(Dimension.fixed)))
            if !declaresShapes { info.type.tensorType.clearShape() }
            return info
        }
        if format < 4 {
            model.graph.input += initializers.map {
                ValueInfoProto(name: $0.name, TensorType($0.tensor.elementType, $0.tensor.shape.map(Dimension.fixed)))
            }
        }
        model.graph.initializer = initializers.map { TensorProto(name: $0.name, $0.tensor) }
        model.graph.output = outputs.map { name in .with { $0.name = name } }
        return model
    }

    /// Runs the model as it is and upgraded, and compares all outputs bit by bit.
    func expectSameResults(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let upgraded = try OpsetUpgrade.upgraded(proto)
        #expect(upgraded.opsetImport.first?.version == 18, sourceLocation: sourceLocation)
        let feeds = Dictionary(uniqueKeysWithValues: inputs.map { ($0.name, $0.tensor) })
        let expected = try Session(model: proto.serializedBytes() as Data).run(feeds)
        let actual = try Session(model: upgraded.serializedBytes() as Data).run(feeds)
        for name in outputs {
            #expect(
                actual[name] == expected[name], "\(nodes[0].opType) of version \(version), \(nodes[0].attribute), output \(name)",
                sourceLocation: sourceLocation)
        }
    }
}

extension Tensor {
    /// Float32 numbers without a pattern between about `above` and `above + 4`.
    static func ramp(_ shape: Int..., above lowest: Float = -2) -> Tensor {
        let elements = (0..<shape.reduce(1, *)).map { lowest + 2 + 2 * sin(Float($0) * 2.7) }
        return (try? Tensor(shape: shape, elements)) ?? Tensor(elements)
    }
}

extension AttributeProto {
    static func floats(_ name: String, _ values: [Float]) -> AttributeProto {
        .with {
            $0.name = name
            $0.type = .floats
            $0.floats = values
        }
    }

    static func graph(_ name: String, _ graph: GraphProto) -> AttributeProto {
        .with {
            $0.name = name
            $0.type = .graph
            $0.g = graph
        }
    }
}
