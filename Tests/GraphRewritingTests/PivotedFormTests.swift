import LinearAlgebra
import LowRank
import ONNXModel
import OnnxRuntimeEngine
import Tensors
import Testing

@testable import GraphRewriting

/// The pivoted form computes what two factors compute, in ONNX Runtime, and stores what it says.
@Suite("The pivoted form", .enabled(if: (try? Runtime.shared()) != nil, "ONNX Runtime is not there"))
struct PivotedFormTests {
    @Test("Products and convolutions")
    func productsAndConvolutions() throws {
        for testCase in AwkwardModel.pivotable { try check(testCase, .channels) }
    }

    @Test("Separable convolutions")
    func separableConvolutions() throws {
        for testCase in AwkwardModel.separable { try check(testCase, .spatial) }
    }

    @Test("Narrowed convolutions")
    func narrowedConvolutions() throws {
        #expect(AwkwardModel.narrowable.count > 100)
        for testCase in AwkwardModel.narrowable { try check(testCase, .tucker) }
    }

    private func check(_ testCase: AwkwardModel, _ scheme: FactorizationScheme) throws {
        var random = SplitMix(seed: 21)
        let layers = try testCase.layers.map { try #require($0.viewed(as: scheme), "\(testCase)") }
        let fullRank = try #require(layers.map(\.fullRank).min(), "\(testCase)")
        for rank in Set([1, fullRank / 2, fullRank - 1, fullRank]).sorted() {
            let pairs = try layers.map { ($0.name, try $0.randomFactors(rank: rank, &random)) }
            let models = try StorageForm.allCases.map { form in
                let factors = pairs.map { ($0, LayerFactors(scheme: scheme, form: form, pairs: $1)) }
                return try Rewriting.apply(Dictionary(uniqueKeysWithValues: factors), to: testCase.model, allowingAnyRank: true).model
            }
            try testCase.expectEqualOutputs(models[1], models[0])

            let dense = layers.reduce(0) { $0 + $1.weightParameters }
            let stored = layers.reduce(0) { $0 + $1.shape.parameters(rank: rank, form: .pivoted) }
            // Beside the matrices: what an old Gemm adds zero times, and a beta.
            let isOldGemm = try testCase.model.opsetVersion < 11 && layers.flatMap(\.uses).contains { $0.kind == .gemm && !$0.isTransposed }
            let hasBeta = testCase.model.proto.graph.node.contains { $0.input.count == 3 && ($0.float("beta") ?? 1) != 1 }
            let difference = try ParameterCount.of(models[1].proto) - ParameterCount.of(testCase.model.proto)
            #expect(difference == stored - dense + (isOldGemm ? 1 : 0) + (hasBeta ? 1 : 0), "\(testCase) at rank \(rank)")
        }
    }

    @Test("The last node bears the name")
    func theLastNodeBearsTheName() throws {
        for testCase in AwkwardModel.pivotable {
            let graph = try testCase.rewritten(.channels, .pivoted).proto.graph
            let outputs = Dictionary(uniqueKeysWithValues: graph.node.map { ($0.output[0], $0) })
            for layer in testCase.layers {
                for use in layer.uses { #expect(outputs[use.output]?.name == use.nodeName, "\(testCase)") }
                #expect(!graph.allNames.contains(layer.weightName), "\(testCase)")
            }
            let names = graph.node.map(\.name).filter { !$0.isEmpty }
            #expect(Set(names).count == names.count, "\(testCase)")
        }
    }

    @Test("Same factors make the same bytes")
    func sameFactorsMakeTheSameBytes() throws {
        let testCase = try #require(AwkwardModel.separable.last)
        #expect(try testCase.rewritten(.spatial, .pivoted).serialized() == testCase.rewritten(.spatial, .pivoted).serialized())
    }

    @Test("Only factors have hidden values")
    func onlyFactorsHaveHiddenValues() throws {
        let testCase = try #require(AwkwardModel.separable.last)
        var random = SplitMix(seed: 1)
        let layer = try #require(testCase.layers.first?.viewed(as: .spatial))
        let factors = LayerFactors(scheme: .spatial, form: .pivoted, pairs: try layer.randomFactors(rank: 2, &random))
        let rewritten = try Rewriting.apply([layer.name: factors], to: testCase.model, metadata: [:])
        #expect(rewritten.hiddenValues.isEmpty)
        #expect(rewritten.model.proto.metadataProps.map(\.value) == [#"{"conv":{"form":"pivoted","rank":2,"scheme":"spatial"}}"#])
    }

    private func apply(
        _ testNode: NodeProto, weight shape: [Int], input: [Int?]?, scheme: FactorizationScheme = .channels, rank: Int = 2,
        operatorSet: Int = 13, scale: Double = 1, allowingAnyRank: Bool = false
    ) throws {
        var x = value("x", input ?? [])
        if input == nil { x.type.tensorType.clearShape() }
        let model = model(
            graph(
                [testNode], [weight("w", shape)], inputs: [x],
                outputs: [value("y", [])].map { make($0) { $0.type.tensorType.clearShape() } }),
            operatorSet: operatorSet)
        var random = SplitMix(seed: 4)
        let layer = try #require(LayerCatalogue(model: model).layers.first)
        let view = layer.viewed(as: scheme) ?? layer
        let pairs = try view.randomFactors(rank: rank, &random).map {
            FactorPair(first: $0.first.scaled(by: scale), second: $0.second)
        }
        _ = try Rewriting.apply(
            [layer.name: LayerFactors(scheme: scheme, form: .pivoted, pairs: pairs)], to: model, allowingAnyRank: allowingAnyRank)
    }

    @Test("Refuses what has no nodes")
    func refusesWhatHasNoNodes() throws {
        let strided = node("Conv", ["x", "w"], "y", name: "conv", .ints("strides", [1, 2]))
        #expect(
            throws: RewritingError.formNotPossible(
                layer: "conv", form: .pivoted, reason: "slices with steps need operator set 10")
        ) {
            try apply(strided, weight: [6, 6, 3, 3], input: [1, 6, 9, 9], scheme: .spatial, operatorSet: 9)
        }
        try apply(strided, weight: [6, 6, 3, 3], input: [1, 6, 9, 9], scheme: .spatial, operatorSet: 10)
        #expect(throws: RewritingError.schemeDoesNotApply(layer: "conv", scheme: .spatial)) {
            try apply(strided, weight: [6, 6, 1, 3], input: [1, 6, 9, 9], scheme: .spatial)
        }
        let left = node("MatMul", ["w", "x"], "y", name: "left")
        #expect(
            throws: RewritingError.formNotPossible(
                layer: "left", form: .pivoted, reason: "the number of axes of its input is not known")
        ) {
            try apply(left, weight: [6, 8], input: nil)
        }
    }

    @Test("Tables are stored from one side")
    func tablesAreStoredFromOneSide() throws {
        let kinds = AwkwardModel.tied.filter { ((try? $0.model.opsetVersion) ?? 0) > 8 }.flatMap { tied in
            tied.layers.map { layer in
                (layer.uses.contains { $0.kind == .embedding && $0.isTransposed }, layer.obstacle(to: .pivoted, in: tied.model))
            }
        }
        #expect(kinds.allSatisfy { $0 ? $1 == "an embedding picks from the other side of the weight" : $1 == nil })
        #expect(kinds.count { $0.1 == nil } == 13 && kinds.count == 15)
    }

    @Test("Oldest files have no integers")
    func oldestFilesHaveNoIntegers() throws {
        let reason = "integer constants need operator set 9 or IR version 4"
        for (old, new) in zip(AwkwardModel.all, AwkwardModel.pivotable) {
            for layer in old.layers {
                #expect(layer.obstacle(to: .factors, in: old.model) == nil, "\(old)")
                #expect(layer.obstacle(to: .pivoted, in: old.model) == (old.model.proto == new.model.proto ? nil : reason), "\(old)")
                #expect(layer.obstacle(to: .pivoted, in: new.model) == nil, "\(old)")
            }
        }
    }

    @Test("Ranks below the full one save")
    func ranksBelowTheFullOneSave() throws {
        let right = node("MatMul", ["x", "w"], "y", name: "right")
        try apply(right, weight: [8, 6], input: [5, 8], rank: 5)
        #expect(throws: RewritingError.rankSavesNothing(layer: "right", rank: 6, largestSavingRank: 5)) {
            try apply(right, weight: [8, 6], input: [5, 8], rank: 6)
        }
        try apply(right, weight: [8, 6], input: [5, 8], rank: 7, allowingAnyRank: true)
    }

    @Test("Refuses what float32 cannot hold", arguments: [Double.nan, .infinity, 1e300])
    func refusesWhatFloatCannotHold(_ scale: Double) {
        let expected = scale.isFinite ? RewritingError.overflow(layer: "right", elementType: .float32) : .notFinite(layer: "right")
        #expect(throws: expected) {
            try apply(node("MatMul", ["x", "w"], "y", name: "right"), weight: [8, 6], input: [5, 8], scale: scale)
        }
    }
}
