import GraphGradient
import ONNXModel
import OnnxRuntimeEngine
import SwiftProtobuf
import Tensors

/// A network whose values have been observed in two runs with inputs of different lengths.
struct ObservedNetwork {
    let model: Model
    let feeds: [String: Tensor]
    /// The first output, which the loss is made of.
    let output: String
    private(set) var types: [String: TensorType] = [:]
    private(set) var constants: [String: Tensor] = [:]

    init(path: String) throws {
        model = Model(proto: try OpsetUpgrade.upgraded(Model.load(from: path).proto))
        let graph = model.proto.graph
        feeds = try model.proto.arbitraryInputs(freeLength: 3)
        output = graph.output[0].name

        var observer = model.proto
        let computed = graph.node.flatMap(\.output).filter { !$0.isEmpty }
        observer.graph.output = computed.map { name in .with { $0.name = name } }
        let session = try Session(model: observer.serializedData())
        let (first, second) = (try session.run(feeds), try session.run(model.proto.arbitraryInputs(freeLength: 2)))
        for (name, tensor) in first.merging(feeds, uniquingKeysWith: { first, _ in first }) {
            let others =
                second[name]?.shape ?? graph.input.first { $0.name == name }.flatMap(TensorType.init)?.shape.map { $0.fixedLength ?? 0 }
            types[name] = TensorType(tensor.elementType, zip(tensor.shape, others ?? []).map { $0 == $1 ? .fixed($0) : .dynamic })
            // Whatever is the same for all inputs and not computed from weights: shapes, axes, pads.
            if tensor.elementType == .int64, tensor == second[name] { constants[name] = tensor }
        }
        for proto in graph.initializer {
            let tensor = try model.tensor(proto)
            types[proto.name] = TensorType(tensor.elementType, tensor.shape.map(Dimension.fixed))
            constants[proto.name] = tensor
        }
        for node in graph.node {
            guard let value = try model.constantValue(of: node), let name = node.optionalOutput(0) else { continue }
            constants[name] = value
        }
    }

    /// The stored weights of convolutions and matrix products.
    var weights: [(name: String, tensor: Tensor)] {
        let layers = model.proto.graph.node.filter { ["Conv", "ConvTranspose", "Gemm", "MatMul"].contains($0.opType) }
        let factors = Set(layers.flatMap { $0.input.prefix(2) })
        return model.proto.graph.initializer.compactMap { proto in
            guard factors.contains(proto.name), let tensor = constants[proto.name], tensor.elementType == .float32 else { return nil }
            return (proto.name, tensor)
        }
    }

    /// The network with its weights as inputs that a run may replace.
    var adjustable: ModelProto {
        var proto = model.proto
        let declared = Set(proto.graph.input.map(\.name))
        for (name, tensor) in weights where !declared.contains(name) {
            proto.graph.input.append(ValueInfoProto(name: name, TensorType(tensor.elementType, tensor.shape.map(Dimension.fixed))))
        }
        return proto
    }

    /// The network with a backward pass that takes `cotangent` and gives `gradient/NAME` for every target that influences the output.
    func gradientModel(targets: [String]) throws -> ModelProto {
        var proto = model.proto
        var pass = BackwardPass(nodes: proto.graph.node, types: types, constants: constants)
        let obstacles = pass.obstacles(towards: [output])
        if let obstacle = targets.lazy.compactMap({ obstacles[$0] }).first { throw obstacle }
        var builder = GraphBuilder(avoiding: proto.graph.allNames.union(["cotangent"]))
        let gradients = try pass.append(seeds: [output: "cotangent"], withRespectTo: Set(targets), to: &builder)
        proto.graph.node = pass.nodes + builder.nodes
        proto.graph.initializer += builder.initializers
        proto.graph.input.append(
            .with {
                $0.name = "cotangent"; $0.type.tensorType.elemType = ElementType.float32.rawValue
            })
        for target in targets {
            guard let gradient = gradients[target] else { continue }
            proto.graph.node.append(NodeProto("Identity", [gradient], ["gradient/\(target)"]))
            proto.graph.output.append(.with { $0.name = "gradient/\(target)" })
        }
        return proto
    }
}
