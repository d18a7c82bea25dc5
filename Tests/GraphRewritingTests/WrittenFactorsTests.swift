import LinearAlgebra
import LowRank
import ONNXModel
import Tensors
import Testing

@testable import GraphRewriting

/// Factors that are read back from a written model are those that were written.
@Suite("Factors read back")
struct WrittenFactorsTests {
    @Test("Products and convolutions")
    func productsAndConvolutions() throws {
        for testCase in AwkwardModel.all + AwkwardModel.tied { try check(testCase, .channels, .factors) }
        for testCase in AwkwardModel.pivotable { try check(testCase, .channels, .pivoted) }
    }

    @Test("Separable convolutions", arguments: StorageForm.allCases)
    func separableConvolutions(form: StorageForm) throws {
        for testCase in AwkwardModel.separable { try check(testCase, .spatial, form) }
    }

    @Test("Narrowed convolutions", arguments: StorageForm.allCases)
    func narrowedConvolutions(form: StorageForm) throws {
        for testCase in AwkwardModel.narrowable { try check(testCase, .tucker, form) }
    }

    /// Written over and over: another type to store in, and factors that are identities.
    @Test("Other types and identities")
    func otherTypesAndIdentities() throws {
        for testCase in AwkwardModel.all + AwkwardModel.tied where try testCase.model.opsetVersion >= 13 {
            let pairs = try testCase.layers.map { layer in
                (layer.name, LayerFactors(pairs: try layer.matrices(in: testCase.model).map { FactorPair(whole: $0) }))
            }
            let written = try Rewriting.apply(
                Dictionary(uniqueKeysWithValues: pairs), to: testCase.model, factorType: .float16, allowingAnyRank: true
            ).model
            let reader = WrittenFactorsReader(written)
            for (layer, pairs) in zip(testCase.layers, pairs.map(\.1.pairs)) {
                let record = WrittenLayer(form: .factors, rank: layer.fullRank, scheme: .channels)
                // Numbers between -1 and 1 lose up to half a step of float16.
                try expectEqual(try reader.factors(of: layer, record), pairs, tolerance: 1e-3, "\(testCase)")
            }
        }
    }

    private func check(_ testCase: AwkwardModel, _ scheme: FactorizationScheme, _ form: StorageForm) throws {
        var random = SplitMix(seed: 31)
        let layers = try testCase.layers.map { try #require($0.viewed(as: scheme), "\(testCase)") }
        let fullRank = try #require(layers.map(\.fullRank).min(), "\(testCase)")
        for rank in Set([1, fullRank / 2, fullRank]).sorted() {
            let pairs = try layers.map { layer in try layer.randomFactors(rank: rank, &random).map { try layer.shape.storable($0) } }
            let factors = zip(layers, pairs).map { ($0.name, LayerFactors(scheme: scheme, form: form, pairs: $1)) }
            let written = try Rewriting.apply(
                Dictionary(uniqueKeysWithValues: factors), to: testCase.model, metadata: [:], allowingAnyRank: true
            ).model
            let text = try #require(written.proto.metadataProps.value(of: WrittenLayer.metadataKey))
            let records = try #require(WrittenLayer.layers(json: text))
            let reader = WrittenFactorsReader(written)
            for (layer, pairs) in zip(testCase.layers, pairs) {
                let read = try reader.factors(of: layer, try #require(records[layer.name]))
                // Rows that other rows make carry float32's rounding, grown by coefficients that may be large.
                try expectEqual(read, pairs, tolerance: form == .pivoted || scheme == .tucker ? 1e-4 : 1e-6, "\(testCase) at rank \(rank)")
                #expect(read.storedParameters == read.layer.shape.parameters(rank: rank, form: form), "\(testCase) at rank \(rank)")
            }
        }
    }

    /// - Parameter tolerance: of the largest entry of the product.
    private func expectEqual(_ read: WrittenFactors, _ pairs: [FactorPair], tolerance: Double, _ comment: Comment) throws {
        let products = try zip(read.firstMatrices, read.secondMatrices).map { try $1.multiplied(by: $0) }
        try #require(products.count == pairs.count, comment)
        for (product, pair) in zip(products, pairs) {
            let expected = try pair.second.multiplied(by: pair.first)
            let difference = try product.adding(expected, times: -1).largestMagnitude
            #expect(difference <= tolerance * expected.largestMagnitude, comment)
        }
    }

    // MARK: Models that are not as they were written

    /// A model, its layer, and what it says of that.
    private func written(
        _ form: StorageForm, rank: Int = 3, _ change: (inout Model) -> Void = { _ in }
    ) throws -> (reader: WrittenFactorsReader, layer: Layer, record: WrittenLayer) {
        let testCase = AwkwardModel(
            "product", [node("MatMul", ["x", "w"], "y", name: "product")], [weight("w", [8, 6])], inputs: [("x", [5, 8])], outputRank: 2)
        var random = SplitMix(seed: 1)
        let layer = testCase.layers[0]
        let factors = LayerFactors(form: form, pairs: try layer.randomFactors(rank: rank, &random))
        var model = try Rewriting.apply([layer.name: factors], to: testCase.model, allowingAnyRank: true).model
        change(&model)
        return (WrittenFactorsReader(model), layer, WrittenLayer(form: form, rank: rank, scheme: .channels))
    }

    @Test("Other nodes are refused", arguments: StorageForm.allCases)
    func otherNodesAreRefused(form: StorageForm) throws {
        // Two products, and for chosen rows a Concat and a Gather more.
        for position in 0..<(form == .pivoted ? 4 : 2) {
            let (reader, layer, record) = try written(form) { $0.proto.graph.node[position].opType = "Relu" }
            #expect(throws: WrittenFactorsError.self, "node \(position)") { try reader.factors(of: layer, record) }
        }
    }

    @Test("Other ranks are refused", arguments: StorageForm.allCases)
    func otherRanksAreRefused(form: StorageForm) throws {
        let (reader, layer, _) = try written(form)
        for rank in [Int.min, 0, 1, 2, 4, 8] {
            let record = WrittenLayer(form: form, rank: rank, scheme: .channels)
            #expect(throws: WrittenFactorsError.self, "rank \(rank)") { try reader.factors(of: layer, record) }
        }
        for rank in [9, Int.max] {
            let record = WrittenLayer(form: form, rank: rank, scheme: .channels)
            #expect(throws: WrittenFactorsError.impossibleRecord(layer: "product")) { try reader.factors(of: layer, record) }
        }
        let spatial = WrittenLayer(form: form, rank: 3, scheme: .spatial)
        #expect(throws: WrittenFactorsError.impossibleRecord(layer: "product")) { try reader.factors(of: layer, spatial) }
    }

    @Test("Order out of range is refused", arguments: [Int64.min, -1, 6, Int64.max])
    func orderOutOfRangeIsRefused(place: Int64) throws {
        let (reader, layer, record) = try written(.pivoted) { model in
            for index in model.proto.graph.initializer.indices where model.proto.graph.initializer[index].dataType == 7 {
                let name = model.proto.graph.initializer[index].name
                model.proto.graph.initializer[index] = TensorProto(name: name, Tensor([place, 1, 2, 3, 4, 5]))
            }
        }
        #expect(throws: WrittenFactorsError.self) { try reader.factors(of: layer, record) }
    }
}

extension WrittenFactors {
    private var form: TwoFactorForm { TwoFactorForm(layer: layer, rank: record.rank) }

    /// By group, r x K.
    fileprivate var firstMatrices: [Matrix] {
        get throws {
            guard layer.kind == .convolution else {
                let layout = WeightLayout.operand(rows: record.rank, columns: layer.columns, isTransposed: layer.kind == .embedding)
                return try matrices(first, layout)
            }
            let kernels = try matrices(first, form.firstLayout)
            guard let inputs else { return kernels }
            let places = layer.columns / layer.weightShape[1]
            let layout = InputNarrowing.layout(layer, combinations: inputs.shape[0] / layer.groups, channels: layer.weightShape[1])
            return try zip(kernels, layout.matrices(inputs)).map { kernels, combinations in
                try combinations.multiplied(by: kernels.exchangingBlocks(of: places), transposingSelf: true).exchangingBlocks(of: places)
            }
        }
    }

    /// By group, M x r.
    fileprivate var secondMatrices: [Matrix] {
        get throws {
            let plain = WeightLayout.operand(rows: layer.rows, columns: record.rank, isTransposed: false)
            return try matrices(second, layer.kind == .convolution ? form.secondLayout : plain)
        }
    }

    private func matrices(_ tensor: Tensor, _ layout: WeightLayout) throws -> [Matrix] {
        try #require(tensor.shape == layout.shape)
        return try layout.matrices(tensor)
    }
}
