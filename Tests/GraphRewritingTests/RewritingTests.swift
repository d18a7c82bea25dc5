import Foundation
import LinearAlgebra
import LowRank
import ONNXModel
import Tensors
import Testing

@testable import GraphRewriting

@Suite("Rewriting")
struct RewritingTests {
    @Test("Every layer of the table is found")
    func everyLayerOfTheTableIsFound() {
        for testCase in AwkwardModel.all + AwkwardModel.tied {
            #expect(testCase.layers.count == testCase.layerCount, "\(testCase)")
        }
    }

    @Test("Matrices and tensors are inverse")
    func matricesAndTensorsAreInverse() throws {
        for testCase in AwkwardModel.all + AwkwardModel.tied {
            let index = GraphIndex(testCase.model)
            for layer in testCase.layers {
                let matrices = try layer.matrices(in: index)
                #expect(matrices.count == layer.groups, "\(testCase)")
                #expect(matrices.allSatisfy { $0.rows == layer.rows && $0.columns == layer.columns }, "\(testCase)")
                let tensor = try layer.layout.tensor(matrices, elementType: layer.elementType)
                #expect(try tensor == index.constant(layer.weightName), "\(testCase)")
            }
        }
    }

    @Test("Names stay and weights go")
    func namesStayAndWeightsGo() throws {
        for testCase in AwkwardModel.all + AwkwardModel.tied {
            let rewritten = try testCase.rewrittenAtLowRank().model
            let graph = rewritten.proto.graph
            let old = testCase.model.proto.graph
            #expect(
                graph.input.prefix(testCase.inputs.count).map(\.name) == old.input.prefix(testCase.inputs.count).map(\.name), "\(testCase)")
            #expect(graph.output == old.output, "\(testCase)")
            #expect(rewritten.proto.opsetImport == testCase.model.proto.opsetImport, "\(testCase)")
            #expect(rewritten.proto.irVersion == testCase.model.proto.irVersion, "\(testCase)")
            let outputs = Dictionary(uniqueKeysWithValues: graph.node.map { ($0.output[0], $0) })
            for layer in testCase.layers {
                for use in layer.uses {
                    #expect(outputs[use.output]?.name == use.nodeName, "\(testCase)")
                    #expect(outputs[use.output]?.opType == (use.kind == .embedding ? "MatMul" : use.kind.operatorName), "\(testCase)")
                }
                #expect(!graph.allNames.contains(layer.weightName), "\(testCase)")
            }
            #expect(!graph.node.contains { $0.isIdentity || $0.isConstant && $0.output == ["w"] }, "\(testCase)")
            #expect(Set(graph.node.map(\.name).filter { !$0.isEmpty }).count == graph.node.filter { !$0.name.isEmpty }.count, "\(testCase)")
        }
    }

    @Test("Parameters are those that the layers foretell")
    func parametersAreThoseThatTheLayersForetell() throws {
        for testCase in AwkwardModel.all + AwkwardModel.tied {
            let before = try ParameterCount.of(testCase.model.proto)
            let after = try ParameterCount.of(testCase.rewrittenAtLowRank().model.proto)
            let saved = testCase.layers.reduce(0) { $0 + $1.weightParameters - $1.shape.parameters(rank: $1.shape.largestSavingRank()) }
            // Before operator set 11 a Gemm needs a third input: one shared zero.
            let isOldGemm = try testCase.model.opsetVersion < 11 && testCase.layers.flatMap(\.uses).contains { $0.kind == .gemm }
            #expect(saved > 0, "\(testCase)")
            #expect(before - after == saved - (isOldGemm ? 1 : 0), "\(testCase)")
        }
    }

    @Test("Same factors make the same bytes")
    func sameFactorsMakeTheSameBytes() throws {
        for testCase in AwkwardModel.all.suffix(12) {
            #expect(try testCase.rewrittenAtLowRank().model.serialized() == testCase.rewrittenAtLowRank().model.serialized())
        }
    }

    @Test("Metadata say what was done")
    func metadataSayWhatWasDone() throws {
        let model = try Rewriting.apply(["layer": LayerFactors(pairs: [try factors(2)])], to: product, metadata: ["jointrank.version": "1"])
            .model
        #expect(model.proto.metadataProps.map(\.key) == ["jointrank.layers", "jointrank.version"])
        #expect(model.proto.metadataProps.map(\.value) == [#"{"layer":{"form":"factors","rank":2,"scheme":"channels"}}"#, "1"])
        #expect(try Rewriting.apply(["layer": LayerFactors(pairs: [try factors(2)])], to: product).model.proto.metadataProps.isEmpty)
    }

    @Test("Without factors, nothing changes")
    func withoutFactorsNothingChanges() throws {
        #expect(try Rewriting.apply([:], to: product).model.proto == product.proto)
    }

    private let product = model(
        graph(
            [node("MatMul", ["x", "w"], "y", name: "layer")], [weight("w", [8, 6])], inputs: [value("x", [nil, 8])],
            outputs: [value("y", [nil, 6])]))

    private func factors(_ rank: Int, rows: Int = 6, columns: Int = 8, entry: Double = 0.5) throws -> FactorPair {
        try FactorPair(
            first: Matrix(rows: rank, columns: columns, elements: Array(repeating: entry, count: rank * columns)),
            second: Matrix(rows: rows, columns: rank, elements: Array(repeating: entry, count: rank * rows)))
    }

    private func apply(_ pairs: [FactorPair], layer: String = "layer", allowingAnyRank: Bool = false) throws {
        _ = try Rewriting.apply([layer: LayerFactors(pairs: pairs)], to: product, allowingAnyRank: allowingAnyRank)
    }

    @Test("Refuses factors that do not fit")
    func refusesFactorsThatDoNotFit() throws {
        #expect(throws: RewritingError.unknownLayer("other")) { try apply([try factors(2)], layer: "other") }
        #expect(throws: RewritingError.groupCount(layer: "layer", expected: 1, actual: 2)) { try apply([try factors(2), try factors(2)]) }
        #expect(throws: RewritingError.groupCount(layer: "layer", expected: 1, actual: 0)) { try apply([]) }
        #expect(throws: RewritingError.factorShape(layer: "layer", first: [2, 7], second: [6, 2], rows: 6, columns: 8)) {
            try apply([try factors(2, columns: 7)])
        }
        #expect(throws: RewritingError.factorShape(layer: "layer", first: [2, 8], second: [5, 2], rows: 6, columns: 8)) {
            try apply([try factors(2, rows: 5)])
        }
        #expect(throws: RewritingError.factorShape(layer: "layer", first: [2, 8], second: [6, 3], rows: 6, columns: 8)) {
            try apply([try FactorPair(first: factors(2).first, second: factors(3).second)])
        }
    }

    @Test("Refuses ranks that save nothing")
    func refusesRanksThatSaveNothing() throws {
        // 3 * (6 + 8) = 42 < 48 <= 4 * (6 + 8)
        try apply([try factors(3)])
        #expect(throws: RewritingError.rankSavesNothing(layer: "layer", rank: 4, largestSavingRank: 3)) { try apply([try factors(4)]) }
        try apply([try factors(6)], allowingAnyRank: true)
        for allowingAnyRank in [false, true] {
            #expect(throws: RewritingError.rankNotPositive(layer: "layer")) {
                try apply([try factors(0)], allowingAnyRank: allowingAnyRank)
            }
        }
    }

    @Test("Refuses what float32 cannot hold", arguments: [Double.nan, .infinity, 1e300])
    func refusesWhatFloatCannotHold(_ entry: Double) {
        let expected = entry.isFinite ? RewritingError.overflow(layer: "layer", elementType: .float32) : .notFinite(layer: "layer")
        #expect(throws: expected) { try apply([try factors(2, entry: entry)]) }
    }

    @Test("Groups share one rank")
    func groupsShareOneRank() {
        let grouped = model(
            graph(
                [node("Conv", ["x", "w"], "y", name: "conv", .int("group", 2))], [weight("w", [12, 6, 1, 1])],
                inputs: [value("x", [nil, 12, 4, 4])], outputs: [value("y", [nil, 12, 4, 4])]))
        #expect(throws: RewritingError.unequalRanks(layer: "conv")) {
            try Rewriting.apply(
                ["conv": LayerFactors(pairs: [try factors(2, columns: 6), try factors(1, columns: 6)])], to: grouped)
        }
    }

    @Test("Refuses the matrices of another model")
    func refusesTheMatricesOfAnotherModel() throws {
        let layer = try #require(LayerCatalogue(model: product).layers.first)
        let other = model(
            graph(
                [node("MatMul", ["x", "w"], "y", name: "layer")], [weight("w", [8, 7])], inputs: [value("x", [nil, 8])],
                outputs: [value("y", [nil, 7])]))
        #expect(throws: RewritingError.differentModel(layer: "layer")) { try layer.matrices(in: other) }
    }
}
