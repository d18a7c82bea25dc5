import Foundation
import LinearAlgebra
import LowRank
import ONNXModel
import OnnxRuntimeEngine
import Tensors
import Testing

@testable import GraphRewriting

/// Rewritten models compute what they should, in ONNX Runtime.
@Suite("Outputs of rewritten models", .enabled(if: (try? Runtime.shared()) != nil, "ONNX Runtime is not there"))
struct RewritingEquivalenceTests {
    @Test("At full rank, outputs are the original's")
    func atFullRankOutputsAreTheOriginals() throws {
        for testCase in AwkwardModel.all + AwkwardModel.tied {
            let factors = try Dictionary(
                uniqueKeysWithValues: testCase.layers.map { layer in
                    let pairs = try layer.matrices(in: testCase.model).map { try FactorPair($0.thinSVD(), rank: layer.fullRank) }
                    return (layer.name, LayerFactors(pairs: pairs))
                })
            let rewritten = try Rewriting.apply(factors, to: testCase.model, allowingAnyRank: true)
            try testCase.expectEqualOutputs(rewritten.model, testCase.model)
        }
    }

    /// Where a factor is the identity, nothing is multiplied by it, and the hidden value is the other factor's operand.
    @Test("Undecomposed weights give the original's outputs")
    func undecomposedWeightsGiveTheOriginalsOutputs() throws {
        for testCase in AwkwardModel.all + AwkwardModel.tied {
            let factors = try Dictionary(
                uniqueKeysWithValues: testCase.layers.map { layer in
                    (layer.name, LayerFactors(pairs: try layer.matrices(in: testCase.model).map { FactorPair(whole: $0) }))
                })
            let rewritten = try Rewriting.apply(factors, to: testCase.model, allowingAnyRank: true)
            try testCase.expectEqualOutputs(rewritten.model, testCase.model)
            for layer in testCase.layers where layer.uses.allSatisfy({ $0.kind == .matMulRight }) {
                for value in try #require(rewritten.hiddenValues[layer.name]) {
                    let nodes = rewritten.model.proto.graph.node.filter { $0.output == [value.value] || $0.input.contains(value.value) }
                    #expect(nodes.contains { $0.opType == "Identity" }, "\(testCase): \(layer.name)")
                }
            }
        }
    }

    @Test("At a lower rank, outputs are those of the product")
    func atALowerRankOutputsAreThoseOfTheProduct() throws {
        for testCase in AwkwardModel.all + AwkwardModel.tied {
            var reference = testCase.model
            for (layer, pairs) in try testCase.lowRankFactors() {
                let products = try pairs.map { try $0.second.multiplied(by: $0.first) }
                try reference.replaceWeight(layer.weightName, with: layer.layout.tensor(products, elementType: layer.elementType))
            }
            let rewritten = try testCase.rewrittenAtLowRank()
            try testCase.expectEqualOutputs(rewritten.model, reference)
        }
    }

    @Test("Merged factors are a weight of the same shape")
    func mergedFactorsAreAWeightOfTheSameShape() throws {
        for testCase in AwkwardModel.all + AwkwardModel.tied {
            let factors = try testCase.lowRankFactors()
            var reference = testCase.model
            for (layer, pairs) in factors {
                let products = try pairs.map { try $0.second.multiplied(by: $0.first) }
                try reference.replaceWeight(layer.weightName, with: layer.layout.tensor(products, elementType: layer.elementType))
            }
            let merged = Dictionary(uniqueKeysWithValues: factors.map { ($0.name, LayerFactors(pairs: $1)) })
            let rewritten = try Rewriting.apply([:], merged: merged, to: testCase.model)
            try testCase.expectEqualOutputs(rewritten.model, reference)
            #expect(rewritten.hiddenValues.isEmpty, "\(testCase)")
            let counts = try (ParameterCount.of(testCase.model.proto), ParameterCount.of(rewritten.model.proto))
            #expect(counts.0 == counts.1, "\(testCase)")
            // Old files keep constants in nodes, weights shared through Identity go, and those shared through Transpose get another.
            let operators = [testCase.model, rewritten.model].map { model in
                model.proto.graph.node.map(\.opType).filter { !["Constant", "Identity", "Transpose"].contains($0) }
            }
            #expect(operators[0] == operators[1], "\(testCase)")
        }
    }

    @Test("Merged spatial factors make the weight of the product")
    func mergedSpatialFactorsMakeTheWeightOfTheProduct() throws {
        var random = SplitMix(seed: 9)
        for testCase in AwkwardModel.separable {
            let layer = try #require(testCase.layers.first?.viewed(as: .spatial), "\(testCase)")
            let pairs = try layer.randomFactors(rank: 2, &random)
            let factors = [layer.name: LayerFactors(scheme: .spatial, pairs: pairs)]
            let merged = try Rewriting.apply([:], merged: factors, to: testCase.model)
            let factored = try Rewriting.apply(factors, to: testCase.model, allowingAnyRank: true)
            try testCase.expectEqualOutputs(merged.model, factored.model)
        }
    }

    @Test("Merged factors of no layer are refused")
    func mergedFactorsOfNoLayerAreRefused() throws {
        let testCase = AwkwardModel.all[0]
        #expect(throws: RewritingError.unknownLayer("nothing")) {
            try Rewriting.apply([:], merged: ["nothing": LayerFactors(pairs: [])], to: testCase.model)
        }
    }

    /// A component of zeros is zero at its place in the hidden value, and no other is.
    @Test("Components lie group after group")
    func componentsLieGroupAfterGroup() throws {
        for testCase in AwkwardModel.all + AwkwardModel.tied {
            var factors: [String: LayerFactors] = [:]
            for (layer, pairs) in try testCase.lowRankFactors() {
                factors[layer.name] = try LayerFactors(pairs: pairs.dropLast() + pairs.suffix(1).map { try $0.withoutFirstComponent() })
            }
            let rewritten = try Rewriting.apply(factors, to: testCase.model)
            var exposed = rewritten.model
            let hidden = testCase.layers.flatMap { rewritten.hiddenValues[$0.name] ?? [] }
            exposed.proto.graph.output += hidden.map { value($0.value, [], testCase.elementType).withoutShape() }
            let outputs = try Session(model: exposed.serialized()).run(testCase.tensors())
            for layer in testCase.layers {
                let hiddenValues = try #require(rewritten.hiddenValues[layer.name], "\(testCase)")
                #expect(hiddenValues.count == layer.uses.count, "\(testCase)")
                for hidden in hiddenValues {
                    let tensor = try #require(outputs[hidden.value], "\(testCase)")
                    let isZero = try #require(tensor.zeroSlices(along: hidden.componentAxis), "\(testCase)")
                    #expect(isZero.count == layer.groups * layer.shape.largestSavingRank(), "\(testCase)")
                    let expected = (layer.groups - 1) * layer.shape.largestSavingRank()
                    #expect(isZero.indices.filter { isZero[$0] } == [expected], "\(testCase)")
                }
            }
        }
    }

    @Test("Spatial factors make the outputs of the product")
    func spatialFactorsMakeTheOutputsOfTheProduct() throws {
        try expectOutputsOfTheProduct(.spatial, AwkwardModel.separable)
    }

    @Test("Narrowed factors make the outputs of the product")
    func narrowedFactorsMakeTheOutputsOfTheProduct() throws {
        try expectOutputsOfTheProduct(.tucker, AwkwardModel.narrowable.filter { $0.layerUses == 1 })
    }

    private func expectOutputsOfTheProduct(_ scheme: FactorizationScheme, _ models: [AwkwardModel]) throws {
        var random = SplitMix(seed: 8)
        for testCase in models {
            let layer = try #require(testCase.layers.first?.viewed(as: scheme), "\(testCase)")
            for rank in Set([1, layer.fullRank / 2, layer.fullRank]).sorted() {
                let pairs = try layer.randomFactors(rank: rank, &random).map { try layer.shape.storable($0) }
                var reference = testCase.model
                let products = try pairs.map { try $0.second.multiplied(by: $0.first) }
                try reference.replaceWeight(layer.weightName, with: layer.layout.tensor(products, elementType: layer.elementType))
                let rewritten = try Rewriting.apply(
                    [layer.name: LayerFactors(scheme: scheme, pairs: pairs)], to: testCase.model, allowingAnyRank: true)
                try testCase.expectEqualOutputs(rewritten.model, reference)
                #expect(rewritten.hiddenValues[layer.name]?.map(\.componentAxis) == [1], "\(testCase)")
                let saved = layer.weightParameters - layer.shape.parameters(rank: rank)
                let counts = try (ParameterCount.of(testCase.model.proto), ParameterCount.of(rewritten.model.proto))
                #expect(counts.0 - counts.1 == saved, "\(testCase)")
            }
        }
    }
}

extension AwkwardModel {
    /// Nodes that use a weight.
    fileprivate var layerUses: Int { layers.reduce(0) { $0 + $1.uses.count } }
}

extension FactorPair {
    /// With zeros in the first row of the first factor and in the first column of the second.
    fileprivate func withoutFirstComponent() throws -> FactorPair {
        let weights = (0..<rank).map { $0 == 0 ? 0.0 : 1 }
        return try FactorPair(first: first.scalingRows(by: weights), second: second.scalingColumns(by: weights))
    }
}

extension Tensor {
    /// For each index along an axis, which may count from the last, whether all elements there are zero; nil where there is no such axis.
    fileprivate func zeroSlices(along axis: Int) -> [Bool]? {
        let axis = axis < 0 ? shape.count + axis : axis
        guard shape.indices.contains(axis) else { return nil }
        let inner = shape[(axis + 1)...].reduce(1, *)
        var isZero = Array(repeating: true, count: shape[axis])
        for (position, element) in doubles.enumerated() where element != 0 { isZero[position / inner % shape[axis]] = false }
        return isZero
    }
}

extension ValueInfoProto {
    fileprivate func withoutShape() -> ValueInfoProto {
        var info = self
        info.type.tensorType.clearShape()
        return info
    }
}

extension Model {
    /// Puts another tensor in the place of an initializer or a Constant node's value.
    mutating func replaceWeight(_ name: String, with tensor: Tensor) {
        let stored = TensorProto(name: name, tensor)
        for index in proto.graph.initializer.indices where proto.graph.initializer[index].name == name {
            proto.graph.initializer[index] = stored
        }
        for index in proto.graph.node.indices where proto.graph.node[index].isConstant && proto.graph.node[index].output == [name] {
            proto.graph.node[index] = constantNode(name, stored)
        }
    }
}
