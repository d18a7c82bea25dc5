internal import GraphGradient
internal import GraphRewriting
internal import ONNXModel
internal import Tensors

/// A model whose layers are written as two factors, with the backward passes that a probe asks for appended to its graph.
struct DifferentiableModel {
    /// By layer name: the values between the factors, as far as gradients reach them.
    let hidden: [String: [HiddenValue]]
    /// Why the other layers are out of reach, by layer name.
    let obstacles: [String: String]
    let observed: ObservedTypes
    let seeds: ProbeSeeds
    var builder: GraphBuilder

    private let model: Model
    private let head: LossHead
    private var pass: BackwardPass

    /// - Parameters:
    ///   - factors: by layer name.
    ///   - output: what the loss is computed from.
    ///   - samples: makes inputs for so many samples.
    /// - Throws: `OpsetUpgradeError` where the graph cannot be brought to the operator set that gradients need, `EngineError` where
    ///   the runtime refuses it.
    init(
        _ model: Model, factors: [String: LayerFactors], output: MeasuredOutput, batch: BatchPolicy,
        samples: (Int) throws -> [String: Tensor]
    ) throws {
        var upgraded = model
        upgraded.proto = try OpsetUpgrade.upgraded(model.proto)
        let rewritten = try Rewriting.apply(factors, to: upgraded, allowingAnyRank: true)
        let (primitive, observed) = try Self.inPrimitives(rewritten.model, batch: batch, samples: samples)
        head = LossHead(output: output, index: GraphIndex(primitive), types: observed.types)
        pass = BackwardPass(nodes: primitive.proto.graph.node, types: observed.types, constants: observed.constants)
        let unreachable = pass.obstacles(towards: [head.seedValue])

        var obstacles: [String: String] = [:]
        var hidden: [String: [HiddenValue]] = [:]
        for (name, values) in rewritten.hiddenValues {
            if let error = values.lazy.compactMap({ unreachable[$0.value] }).first {
                obstacles[name] = "\(error)"
            } else if values.contains(where: { !batch.isFirstAxis(of: observed.types[$0.value]) }) {
                obstacles[name] = "samples do not lie along the first axis of its result"
            } else {
                hidden[name] = values
            }
        }
        self.observed = observed
        self.hidden = hidden
        self.obstacles = obstacles
        self.model = primitive
        builder = GraphBuilder(
            avoiding: primitive.proto.graph.allNames.union([ProbeSeeds.labels, ProbeSeeds.noise, ProbeSeeds.weights]))
        let seedType = observed.types[head.seedValue]?.elementType ?? .float32
        seeds = ProbeSeeds(head: head, output: output, type: seedType, to: &builder)
    }

    /// The model with its composite operators decomposed, and what its values are. Decompositions need the types of the graph, and
    /// rules those of the values in between, so that a graph with composite operators is observed twice.
    private static func inPrimitives(
        _ model: Model, batch: BatchPolicy, samples: (Int) throws -> [String: Tensor]
    ) throws -> (Model, ObservedTypes) {
        let observed = try ObservedTypes(of: model, batch: batch, samples: samples)
        guard let graph = Decomposition.decomposed(model.proto.graph, types: observed.types, constants: observed.constants) else {
            return (model, observed)
        }
        var primitive = model
        primitive.proto.graph = graph
        return (primitive, try ObservedTypes(of: primitive, batch: batch, samples: samples))
    }

    /// Appends a backward pass.
    ///
    /// - Parameters:
    ///   - seed: one of `seeds`.
    ///   - values: hidden values, or others that gradients reach.
    /// - Returns: the gradients' names, where the value influences the loss.
    mutating func gradients(seed: String, of values: Set<String>) throws -> [String: String] {
        try pass.append(seeds: [head.seedValue: seed], withRespectTo: values, to: &builder)
    }

    /// The model with the appended nodes, the measured output and the given values as its outputs, what the seeds are made of as further inputs.
    func assembled(outputs: [ValueInfoProto]) -> Model {
        var model = model
        var graph = model.proto.graph
        graph.node = pass.nodes + builder.nodes
        graph.initializer += builder.initializers
        graph.input += seeds.inputs
        // Stated shapes can be wrong, such as the batch of the export for outputs; the runtime takes the seeds' shapes from them.
        graph.valueInfo = []
        graph.output = graph.output.filter { $0.name == head.output }
        for index in graph.output.indices { graph.output[index].type.tensorType.clearShape() }
        graph.output += outputs
        model.proto.graph = graph
        return model
    }
}

extension HiddenValue {
    /// The axis of components, counted from the first.
    func componentAxis(rank: Int) -> Int {
        componentAxis < 0 ? componentAxis + rank : componentAxis
    }
}
