package import GraphRewriting
internal import LowRank
package import ONNXModel
package import Tensors

/// A model extended by the derivatives of every sample's loss with respect to a gate on every component of every layer.
///
/// Each layer is written as its two factors, h = V x and y = U h. A gate z_j that scales h_j has the derivative
/// sum over positions of h_j dl/dh_j at z = 1, so the gates themselves need not be in the graph: one forward pass and two backward
/// passes, for the true labels and for the model's own predictive distribution, give all of them.
package struct SensitivityProbe: Sendable {
    /// A layer whose gates the graph computes.
    package struct Layer: Sendable {
        package let name: String
        package let groups: Int
        /// Components of each group.
        package let components: Int
        /// Output names for each node that uses the weight: [samples (* positions), groups * components].
        let gates: [(first: String, fisher: String)]
    }

    package let model: Model
    /// In graph order.
    package let layers: [Layer]
    /// Why the others have no gates, by layer name.
    package let obstacles: [String: String]
    /// Bytes that the values of one sample take together.
    package let bytesPerSample: Int
    package let output: MeasuredOutput
    /// Whether output directions are ``SoftDirections``.
    let areDirectionsSoft: Bool

    /// - Parameters:
    ///   - factors: by layer name: the factors of each group.
    ///   - output: what the loss is computed from.
    ///   - samples: makes inputs for so many samples.
    /// - Throws: `OpsetUpgradeError` where the graph cannot be brought to the operator set that gradients need, `EngineError` where
    ///   the runtime refuses it.
    package init(
        model: Model, factors: [String: LayerFactors], output: MeasuredOutput, batch: BatchPolicy,
        samples: (Int) throws -> [String: Tensor]
    ) throws {
        var graph = try DifferentiableModel(model, factors: factors, output: output, batch: batch, samples: samples)
        let targets = Set(graph.hidden.values.joined().map(\.value))
        let first = try graph.gradients(seed: graph.seeds.first, of: targets)
        let fisher = try graph.gradients(seed: graph.seeds.fisher, of: targets)

        var layers: [Layer] = []
        var obstacles = graph.obstacles
        for layer in LayerCatalogue(model: model).layers {
            guard let values = graph.hidden[layer.name], let pairs = factors[layer.name]?.pairs else { continue }
            var gates: [(first: String, fisher: String)] = []
            for value in values {
                guard let type = graph.observed.types[value.value], let f = first[value.value], let s = fisher[value.value] else {
                    continue
                }
                gates.append(
                    (value.gate(gradient: f, type: type, to: &graph.builder), value.gate(gradient: s, type: type, to: &graph.builder)))
            }
            if gates.isEmpty {
                obstacles[layer.name] = "it does not influence the output '\(output.name)'"
            } else {
                layers.append(Layer(name: layer.name, groups: pairs.count, components: pairs.first?.rank ?? 0, gates: gates))
            }
        }
        self.layers = layers
        self.obstacles = obstacles
        self.output = output
        areDirectionsSoft = graph.seeds.areSoft
        // The backward passes keep about as much as the forward pass, once each.
        bytesPerSample = 3 * graph.observed.bytesPerSample
        self.model = graph.assembled(
            outputs: layers.flatMap(\.gates).flatMap { [$0.first, $0.fisher] }.map {
                ValueInfoProto(name: $0, TensorType(.float32, [.dynamic, .dynamic]))
            })
    }
}

extension HiddenValue {
    /// Appends the gates' derivatives, given the hidden value's gradient and type: float32 [first axis, components].
    fileprivate func gate(gradient: String, type: TensorType, to builder: inout GraphBuilder) -> String {
        let hint = "gate/\(value)"
        let component = componentAxis(rank: type.rank)
        let positions = (1..<max(type.rank, 1)).filter { $0 != component }
        var gate = builder.emit("Mul", [value, gradient], hint: hint)
        if !positions.isEmpty { gate = builder.emit("ReduceSum", [gate, builder.integers(positions)], [.int("keepdims", 0)], hint: hint) }
        return builder.casting(gate, from: type.elementType, to: .float32, hint: hint)
    }
}
