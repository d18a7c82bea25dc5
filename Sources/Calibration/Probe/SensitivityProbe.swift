internal import GraphGradient
internal import GraphRewriting
package import LowRank
package import ONNXModel
package import Tensors

/// A model extended by the derivatives of every sample's loss with respect to a gate on every component of every layer.
///
/// Each layer is written as its two factors at full rank, h = V x and y = U h. A gate z_j that scales h_j has the derivative
/// sum over positions of h_j dl/dh_j at z = 1, so the gates themselves need not be in the graph: one forward pass and two backward
/// passes, for the true labels and for the model's own predictive distribution, give all of them.
package struct SensitivityProbe: Sendable {
    /// A layer whose gates the graph computes.
    package struct Layer: Sendable {
        package let name: String
        package let groups: Int
        package let fullRank: Int
        /// Output names for each node that uses the weight: [samples (* positions), groups * full rank].
        let gates: [(first: String, fisher: String)]
    }

    package let model: Model
    package let layers: [Layer]
    /// Why the others have no gates, by layer name.
    package let obstacles: [String: String]
    /// Bytes that the values of one sample take together.
    package let bytesPerSample: Int
    /// The output that holds the scores.
    package let output: String
    package let classes: Int

    /// - Parameters:
    ///   - model: without external data.
    ///   - factors: by layer name: the full-rank factors of each group.
    ///   - output: the graph output that holds the scores, and what they are.
    ///   - samples: makes inputs for so many samples.
    /// - Throws: `OpsetUpgradeError` where the graph cannot be brought to the operator set that gradients need, `EngineError` where
    ///   the runtime refuses it.
    package init(
        model: Model, factors: [String: [FactorPair]], output: String, form: ClassificationLoss.Form, classes: Int, batch: BatchPolicy,
        samples: (Int) throws -> [String: Tensor]
    ) throws {
        let upgraded = Model(proto: try OpsetUpgrade.upgraded(model.proto), folder: model.folder)
        let rewritten = try Rewriting.apply(factors.mapValues { LayerFactors(pairs: $0) }, to: upgraded, allowingAnyRank: true)
        let observed = try ObservedTypes(of: rewritten.model, batch: batch, samples: samples)
        let index = GraphIndex(rewritten.model)
        let head = LossHead(output: output, form: form, index: index, types: observed.types)
        var pass = BackwardPass(
            nodes: rewritten.model.proto.graph.node, types: observed.types, constants: observed.constants)
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

        var builder = GraphBuilder(avoiding: rewritten.model.proto.graph.allNames.union([ProbeSeeds.labels, ProbeSeeds.noise]))
        let seedType = observed.types[head.seedValue]?.elementType ?? .float32
        let seeds = ProbeSeeds(head: head, classes: classes, type: seedType, to: &builder)
        let targets = Set(hidden.values.joined().map(\.value))
        let first = try pass.append(seeds: [head.seedValue: seeds.first], withRespectTo: targets, to: &builder)
        let fisher = try pass.append(seeds: [head.seedValue: seeds.fisher], withRespectTo: targets, to: &builder)

        var layers: [Layer] = []
        for layer in LayerCatalogue(model: upgraded).layers {
            guard let values = hidden[layer.name] else { continue }
            var gates: [(first: String, fisher: String)] = []
            for value in values {
                guard let type = observed.types[value.value], let f = first[value.value], let s = fisher[value.value] else { continue }
                gates.append((value.gate(gradient: f, type: type, to: &builder), value.gate(gradient: s, type: type, to: &builder)))
            }
            if gates.isEmpty {
                obstacles[layer.name] = "it does not influence the output '\(output)'"
            } else {
                layers.append(Layer(name: layer.name, groups: layer.groups, fullRank: layer.fullRank, gates: gates))
            }
        }
        self.layers = layers
        self.obstacles = obstacles
        self.output = output
        self.classes = classes
        // The backward passes keep about as much as the forward pass, once each.
        bytesPerSample = 3 * observed.bytesPerSample
        self.model = SensitivityProbe.assemble(rewritten.model, pass.nodes, builder, layers: layers, output: output)
    }

    private static func assemble(
        _ base: Model, _ forward: [NodeProto], _ builder: GraphBuilder, layers: [Layer], output: String
    ) -> Model {
        var model = base
        var graph = model.proto.graph
        graph.node = forward + builder.nodes
        graph.initializer += builder.initializers
        graph.input.append(ValueInfoProto(name: ProbeSeeds.labels, TensorType(.int64, [.dynamic])))
        graph.input.append(ValueInfoProto(name: ProbeSeeds.noise, TensorType(.float32, [.dynamic, .dynamic])))
        // Stated shapes can be wrong, such as the batch of the export for outputs; the runtime takes the seeds' shapes from them.
        graph.valueInfo = []
        graph.output = graph.output.filter { $0.name == output }
        for index in graph.output.indices { graph.output[index].type.tensorType.clearShape() }
        for gate in layers.flatMap(\.gates) {
            graph.output += [gate.first, gate.fisher].map { ValueInfoProto(name: $0, TensorType(.float32, [.dynamic, .dynamic])) }
        }
        model.proto.graph = graph
        return model
    }
}

extension HiddenValue {
    /// Appends the gates' derivatives, given the hidden value's gradient and type: float32 [first axis, components].
    fileprivate func gate(gradient: String, type: TensorType, to builder: inout GraphBuilder) -> String {
        let hint = "gate/\(value)"
        let component = componentAxis < 0 ? componentAxis + type.rank : componentAxis
        let positions = (1..<max(type.rank, 1)).filter { $0 != component }
        var gate = builder.emit("Mul", [value, gradient], hint: hint)
        if !positions.isEmpty { gate = builder.emit("ReduceSum", [gate, builder.integers(positions)], [.int("keepdims", 0)], hint: hint) }
        return builder.casting(gate, from: type.elementType, to: .float32, hint: hint)
    }
}
