import LinearAlgebra
import LowRank
import ONNXModel
import OnnxRuntimeEngine
import TestSupport
import Tensors
import Testing

@testable import GraphRewriting

@Suite("Weights of 16 bits")
struct HalfPrecisionTests {
    /// Models whose operators take these types.
    static let models = AwkwardModel.all.filter { $0.elementType == .float32 && ((try? $0.model.opsetVersion) ?? 0) >= 13 }

    /// What 11 bits lose twice, in the weights and between the factors, over sums of up to 72 terms.
    private static let tolerance = 0x1p-7

    /// The model with truncated decompositions in the place of all its layers.
    static func factored(_ model: Model, _ form: StorageForm = .factors, rank: (Layer) -> Int) throws -> Model {
        let factors = try LayerCatalogue(model: model).layers.map { layer in
            let pairs = try layer.matrices(in: model).map { try FactorPair($0.thinSVD(), rank: rank(layer)) }
            return (layer.name, LayerFactors(form: form, pairs: pairs))
        }
        return try Rewriting.apply(Dictionary(uniqueKeysWithValues: factors), to: model, allowingAnyRank: true).model
    }

    @Test("are those of layers, and are replaced by factors of their type", arguments: [ElementType.float16, .bfloat16])
    func types(_ elementType: ElementType) throws {
        #expect(HalfPrecisionTests.models.count > 50)
        for testCase in HalfPrecisionTests.models {
            let model = try testCase.model.rounded(to: elementType)
            let layers = LayerCatalogue(model: model).layers
            #expect(layers.map(\.name) == testCase.layers.map(\.name), "\(testCase)")
            #expect(layers.allSatisfy { $0.elementType == elementType }, "\(testCase)")
            for form in StorageForm.allCases {
                let written = try HalfPrecisionTests.factored(model, form) { _ in 2 }
                let old = Set(model.proto.graph.initializer.map(\.name))
                let new = written.proto.graph.initializer.filter { !old.contains($0.name) && $0.elementType?.isFloatingPoint == true }
                #expect(!new.isEmpty && new.allSatisfy { $0.elementType == elementType }, "\(testCase)")
                #expect(written.proto.graph.input == model.proto.graph.input && written.proto.graph.output == model.proto.graph.output)
            }
        }
    }

    @Test("come back exactly as matrices", arguments: [ElementType.float16, .bfloat16])
    func matrices(_ elementType: ElementType) throws {
        for testCase in HalfPrecisionTests.models {
            let model = try testCase.model.rounded(to: elementType)
            let index = GraphIndex(model)
            for layer in LayerCatalogue(model: model).layers {
                let tensor = try layer.layout.tensor(layer.matrices(in: index), elementType: elementType)
                #expect(try tensor == index.constant(layer.weightName), "\(testCase)")
            }
        }
    }

    @Test("at full rank leave the outputs as half precision has them", .enabled(if: (try? Runtime.shared()) != nil))
    func fullRank() throws {
        for testCase in HalfPrecisionTests.models {
            let model = try testCase.model.rounded(to: .float16)
            let written = try HalfPrecisionTests.factored(model) { $0.fullRank }
            let inputs = try testCase.tensors().mapValues { try $0.rounded(to: .float16) }
            let outputs = try [model, written].map { try Session(model: $0.serialized()).run(inputs) }
            for (name, expected) in outputs[0] {
                let actual = try #require(outputs[1][name])
                #expect(actual.elementType == .float16 && actual.shape == expected.shape, "\(testCase)")
                let pairs = zip(actual.floatingPointElements ?? [], expected.floatingPointElements ?? [])
                let scale = expected.floatingPointElements?.map(\.magnitude).max() ?? 0
                let error = pairs.map { abs($0 - $1) }.max() ?? .infinity
                #expect(error <= HalfPrecisionTests.tolerance * scale, "\(testCase): \(error) at a scale of \(scale)")
            }
        }
    }

    @Test("refuse entries that their type cannot hold, and name it")
    func overflow() throws {
        let testCase = try #require(HalfPrecisionTests.models.first { $0.description.hasPrefix("MatMul right") })
        let model = try testCase.model.rounded(to: .float16)
        let layer = try #require(LayerCatalogue(model: model).layers.first)
        let rank = layer.shape.largestSavingRank()
        for (entry, isHeld) in [(65519.0, true), (65520, false), (-1e6, false)] {
            let first = try Matrix(rows: rank, columns: layer.columns, elements: Array(repeating: entry, count: rank * layer.columns))
            let second = try Matrix(rows: layer.rows, columns: rank, elements: Array(repeating: 1, count: layer.rows * rank))
            let factors = [layer.name: LayerFactors(pairs: [FactorPair(first: first, second: second)])]
            let result = Result { try Rewriting.apply(factors, to: model) }
            guard !isHeld else {
                _ = try result.get()
                continue
            }
            #expect(throws: RewritingError.overflow(layer: layer.name, elementType: .float16)) { try result.get() }
        }
    }
}
