import LinearAlgebra
import LowRank
import ONNXModel
import OnnxRuntimeEngine
import Tensors
import Testing

@testable import GraphRewriting

@Suite("Weights that a file holds twice")
struct SharedWeightsTests {
    private let elements: [Float] = (0..<1280).map { position in Float(position * 37 % 101) / 101 - 0.5 }

    private func transposed() -> [Float] {
        var result: [Float] = []
        for column in 0..<32 {
            for row in 0..<40 { result.append(elements[row * 32 + column]) }
        }
        return result
    }

    /// x goes through an embedding-like table, a copy and a transposed copy of it, and through one that differs in one element.
    private func tied(irVersion: Int = 8) -> Model {
        let other = make(elements) { $0[7] += 1 }
        return model(
            graph(
                [
                    node("MatMul", ["x", "a"], "h1"), node("MatMul", ["h1", "t"], "h2"), node("MatMul", ["h2", "b"], "h3"),
                    node("MatMul", ["h3", "t"], "h4"), node("MatMul", ["h4", "other"], "y"),
                ],
                [
                    floats("a", [40, 32], elements), floats("t", [32, 40], transposed()), floats("b", [40, 32], elements),
                    floats("other", [40, 32], other), floats("small", [2], [1, 2]), floats("same", [2], [1, 2]),
                ], inputs: [value("x", [3, 40])], outputs: [value("y", [3, 32])]), operatorSet: 13, irVersion: irVersion)
    }

    @Test("Equal and transposed ones are kept once, and outputs stay the same to the last bit")
    func merging() throws {
        let original = tied()
        let shared = try SharedWeights(mergedIn: original)
        #expect(shared.removed == ["t", "b"])
        #expect(shared.removedParameters == 2 * 40 * 32)
        #expect(shared.model.proto.graph.initializer.map(\.name) == ["a", "other", "small", "same"])
        #expect(try ParameterCount.of(shared.model.proto) == ParameterCount.of(original.proto) - 2 * 40 * 32)
        let inputs = ["x": try Tensor(shape: [3, 40], (0..<120).map { Float($0 % 11) / 11 })]
        let (before, after) = try (Session(model: original.serialized()).run(inputs), Session(model: shared.model.serialized()).run(inputs))
        #expect(before == after)
    }

    @Test("Copies are one layer, also transposed ones")
    func layers() throws {
        let catalogue = LayerCatalogue(model: try SharedWeights(mergedIn: tied()).model)
        #expect(catalogue.layers.map(\.weightName) == ["a", "other"])
        #expect(catalogue.layers.map { $0.uses.map(\.isTransposed) } == [[false, true, false, true], [false]])
        #expect(catalogue.untreated.isEmpty)
    }

    @Test("A layer of copies computes what a product of its factors in the place of each copy computes", arguments: [3, 32])
    func factored(rank: Int) throws {
        let original = tied()
        let shared = try SharedWeights(mergedIn: original).model
        let layer = try #require(LayerCatalogue(model: shared).layers.first)
        let pair = try FactorPair(layer.matrices(in: shared)[0].thinSVD(), rank: rank)
        let written = try Rewriting.apply([layer.name: LayerFactors(pairs: [pair])], to: shared, allowingAnyRank: true).model
        let product = try pair.second.multiplied(by: pair.first)
        var reference = original
        for (name, matrix) in [("a", product.transposed), ("b", product.transposed), ("t", product)] {
            reference.replaceWeight(name, with: try Tensor(shape: [matrix.rows, matrix.columns], matrix.elements.map { Float($0) }))
        }
        let inputs = ["x": try Tensor(shape: [3, 40], (0..<120).map { Float($0 % 11) / 11 })]
        let outputs = try [written, reference].map { try #require(Session(model: $0.serialized()).run(inputs)["y"]).doubles }
        let scale = try #require(outputs[1].map(abs).max())
        #expect(scale > 0.1)
        for (a, b) in zip(outputs[0], outputs[1]) { #expect(abs(a - b) <= 1e-5 * scale) }
        #expect(
            try ParameterCount.of(written.proto) == ParameterCount.of(shared.proto) - layer.weightParameters
                + layer.shape.parameters(rank: rank))
        let names = Set(written.proto.graph.initializer.map(\.name) + written.proto.graph.node.flatMap(\.output))
        #expect(names.isDisjoint(with: ["a", "b", "t"]))
    }

    @Test("Weights that may be overridden, or are outputs, stay")
    func untouched() throws {
        let old = try SharedWeights(mergedIn: tied(irVersion: 3))
        #expect(old.removed.isEmpty)
        var exposed = tied()
        exposed.proto.graph.input.append(value("b", [40, 32]))
        #expect(try SharedWeights(mergedIn: exposed).removed == ["t"])
    }
}
