import Foundation
import GraphGradient
import ONNXModel
import OnnxRuntimeEngine
import SwiftProtobuf
import Tensors
import Testing

/// Compares a decomposed node with ONNX Runtime's own kernel, and the gradient of what it became with central differences.
struct DecompositionCheck {
    /// The largest allowed difference between the kernel and the decomposition, relative to `1 + max |y|`: a few dozen roundings of
    /// float32, since the kernels sum in another order and some round `tanh` and `exp` by polynomials.
    static let tolerance: Float = 1e-5

    /// Checks all cases, which must each be one node.
    static func expect(_ cases: [GradientCase], sourceLocation: SourceLocation = #_sourceLocation) throws {
        var decomposed: [GradientCase] = []
        for example in cases {
            guard let result = try decomposition(of: example) else {
                Issue.record("\(example.name): it was not decomposed, \(try refusal(of: example))", sourceLocation: sourceLocation)
                continue
            }
            for batch in [GradientCase.batch, GradientCase.alternateBatch] {
                for difference in try differences(between: example, and: result, batch: batch) {
                    Issue.record("\(example.name), batch \(batch): \(difference)", sourceLocation: sourceLocation)
                }
            }
            decomposed.append(result)
        }
        try GradientCheck.expect(decomposed, sourceLocation: sourceLocation)
    }

    /// Why a node stays, in the words of the backward pass; nil where it is decomposed.
    static func refusal(of example: GradientCase) throws -> String? {
        guard try decomposition(of: example) == nil else { return nil }
        let pass = BackwardPass(nodes: example.nodes, types: try example.observedTypes(), constants: example.constants)
        let obstacles = pass.obstacles(towards: example.outputs)
        return example.targets.lazy.compactMap { obstacles[$0] }.first.map { "\($0)" }
    }

    /// The case with its node decomposed, as a probe would do it: with types in which the batch is dynamic.
    private static func decomposition(of example: GradientCase) throws -> GradientCase? {
        var graph = GraphProto()
        graph.node = example.nodes
        graph.input = example.inputs.map { input in .with { $0.name = input.name } }
        graph.output = example.outputs.map { name in .with { $0.name = name } }
        guard let result = Decomposition.decomposed(graph, types: try example.observedTypes(), constants: example.constants) else {
            return nil
        }
        let constants = try result.initializer.map { ($0.name, CaseInput.constant(try Tensor(rawDataOf: $0))) }
        return GradientCase(
            example.name, nodes: result.node, inputs: example.inputs + constants, outputs: example.outputs, opset: example.opset)
    }

    /// How the outputs of two cases with the same inputs differ in ONNX Runtime by more than the tolerance.
    static func differences(between fused: GradientCase, and primitive: GradientCase, batch: Int) throws -> [String] {
        let (expected, actual) = (try fused.run(batch: batch), try primitive.run(batch: batch))
        return fused.outputs.compactMap { name in
            guard let wanted = expected[name], let found = actual[name] else { return "output \(name) is missing" }
            guard wanted.shape == found.shape else { return "output \(name) has the shape \(found.shape), not \(wanted.shape)" }
            let (a, b): ([Float], [Float]) = (wanted.elements() ?? [], found.elements() ?? [])
            let bound = tolerance * (1 + (a.map(abs).max() ?? 0))
            let worst = zip(a, b).map { abs($0 - $1) }.max { $0 < $1 || $1.isNaN } ?? 0
            return worst <= bound ? nil : "output \(name) differs by \(worst): \(b.prefix(8)), not \(a.prefix(8))"
        }
    }
}

extension GradientCase {
    /// What ONNX Runtime returns for the nodes as they are.
    func run(batch: Int) throws -> [String: Tensor] {
        try Session(model: model().serializedData()).run(Dictionary(uniqueKeysWithValues: values(batch: batch)))
    }

    /// The types of inputs and outputs in two runs; an axis that differs is dynamic.
    fileprivate func observedTypes() throws -> [String: TensorType] {
        var runs: [[String: Tensor]] = []
        for batch in [Self.batch, Self.alternateBatch] {
            let values = Dictionary(uniqueKeysWithValues: try values(batch: batch))
            runs.append(try run(batch: batch).merging(values) { $1 }.merging(constants) { $1 })
        }
        return runs[0].reduce(into: [:]) { types, value in
            guard let other = runs[1][value.key] else { return }
            let shape = zip(value.value.shape, other.shape).map { $0 == $1 ? Dimension.fixed($0) : .dynamic }
            types[value.key] = TensorType(value.value.elementType, shape)
        }
    }

    private func model() throws -> ModelProto {
        var model = ModelProto()
        model.irVersion = 10
        for domain in Set(nodes.map(\.domain)).union([""]).sorted() {
            model.opsetImport.append(
                .with {
                    $0.domain = domain
                    $0.version = domain.isEmpty ? Int64(opset) : 1
                })
        }
        model.graph.name = "test"
        model.graph.node = nodes
        model.graph.input = try values(batch: Self.batch).map { name, tensor in
            ValueInfoProto(name: name, TensorType(tensor.elementType, tensor.shape.map { _ in .dynamic }))
        }
        model.graph.initializer = constants.sorted { $0.key < $1.key }.map(TensorProto.init(name:_:))
        model.graph.output = outputs.map { name in .with { $0.name = name } }
        return model
    }
}
