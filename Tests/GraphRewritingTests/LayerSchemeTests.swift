import LinearAlgebra
import LowRank
import ONNXModel
import Tensors
import Testing

@testable import GraphRewriting

@Suite("Schemes of layers")
struct LayerSchemeTests {
    /// A layer of one convolution of 6 channels in and 8 out.
    private func layer(_ kernel: [Int], groups: Int = 1, kernels: TensorProto? = nil, _ attributes: AttributeProto...) throws -> (
        Layer, Model
    ) {
        var conv = node("Conv", ["x", "w"], "y", name: "conv", .int("group", groups))
        conv.attribute += attributes
        let shape = [8, 6 / groups] + kernel
        let input = value("x", [nil, 6] + kernel.map { _ in 9 })
        let output = value("y", [nil, nil] + kernel.map { _ in nil })
        let model = model(graph([conv], [kernels ?? weight("w", shape)], inputs: [input], outputs: [output]))
        return (try #require(LayerCatalogue(model: model).layers.first), model)
    }

    /// Element by element from the definition.
    @Test("Spatial matrices hold one kernel axis on each side", arguments: [1, 2])
    func spatialMatricesHoldOneKernelAxisOnEachSide(_ groups: Int) throws {
        let (channels, model) = try layer([3, 2], groups: groups)
        let spatial = try #require(channels.viewed(as: .spatial))
        #expect(spatial.scheme == .spatial && channels.scheme == .channels)
        #expect((spatial.rows, spatial.columns) == (8 / groups * 2, 6 / groups * 3))
        #expect(spatial.weightParameters == channels.weightParameters)
        let weight = try #require(GraphIndex(model).constant("w")?.elements(as: Float.self))
        let matrices = try spatial.matrices(in: model)
        #expect(matrices.count == groups)
        for (group, matrix) in matrices.enumerated() {
            for o in 0..<8 / groups {
                for c in 0..<6 / groups {
                    for u in 0..<3 {
                        for v in 0..<2 {
                            let position = (((group * 8 / groups + o) * (6 / groups) + c) * 3 + u) * 2 + v
                            #expect(matrix[o * 2 + v, c * 3 + u] == Double(weight[position]), "\([group, o, c, u, v])")
                        }
                    }
                }
            }
        }
        #expect(try spatial.layout.tensor(matrices, elementType: .float32).elements(as: Float.self) == weight)
    }

    @Test("Views lead back")
    func viewsLeadBack() throws {
        let (channels, _) = try layer([3, 3], groups: 2)
        #expect(channels.viewed(as: .channels) == channels)
        let spatial = try #require(channels.viewed(as: .spatial))
        #expect(spatial.viewed(as: .spatial) == spatial)
        #expect(spatial.viewed(as: .channels) == channels)
    }

    @Test("Kernels without two axes have no spatial view", arguments: [[3], [1, 3], [3, 1], [1, 1], [2, 2, 2]])
    func kernelsWithoutTwoAxesHaveNoSpatialView(_ kernel: [Int]) throws {
        #expect(try layer(kernel).0.viewed(as: .spatial) == nil)
    }

    @Test("Products have no spatial view")
    func productsHaveNoSpatialView() throws {
        for testCase in AwkwardModel.all {
            for layer in testCase.layers where layer.kind != .convolution {
                #expect(layer.viewed(as: .spatial) == nil, "\(testCase)")
            }
        }
    }

    @Test("Kernels of some places and channels are narrowed")
    func kernelsOfSomePlacesAndChannelsAreNarrowed() throws {
        let (channels, model) = try layer([3, 2], groups: 2)
        let tucker = try #require(channels.viewed(as: .tucker))
        #expect(tucker.viewed(as: .channels) == channels)
        #expect(try tucker.matrices(in: model) == channels.matrices(in: model))
        #expect(try layer([3]).0.viewed(as: .tucker) != nil)
        #expect(try layer([2, 2, 2]).0.viewed(as: .tucker) != nil)
        #expect(try layer([3, 3], .string("auto_pad", "SAME_UPPER"), .ints("strides", [2, 2])).0.viewed(as: .tucker) != nil)
        #expect(try layer([1, 1]).0.viewed(as: .tucker) == nil)
        for testCase in AwkwardModel.all {
            for layer in testCase.layers where layer.kind != .convolution { #expect(layer.viewed(as: .tucker) == nil, "\(testCase)") }
        }
        let single = node("Conv", ["x", "w"], "y", .int("group", 3))
        let grouped = GraphRewritingTests.model(
            graph([single], [weight("w", [12, 1, 3, 3])], inputs: [value("x", [1, 3, 9, 9])], outputs: [value("y", [1, 12, 7, 7])]))
        #expect(LayerCatalogue(model: grouped).layers.map { $0.viewed(as: .tucker) } == [nil])
    }

    @Test("Pads must be known")
    func padsMustBeKnown() throws {
        let strides = AttributeProto.ints("strides", [1, 2])
        for same in ["SAME_UPPER", "SAME_LOWER"] {
            #expect(try layer([3, 2], .string("auto_pad", same)).0.viewed(as: .spatial) != nil)
            #expect(try layer([3, 2], .string("auto_pad", same), strides).0.viewed(as: .spatial) == nil)
        }
        #expect(try layer([3, 2], .string("auto_pad", "VALID"), strides).0.viewed(as: .spatial) != nil)
        #expect(try layer([3, 2], .string("auto_pad", "NOTSET"), strides).0.viewed(as: .spatial) != nil)
        #expect(try layer([3, 2], .string("auto_pad", "OTHER")).0.viewed(as: .spatial) == nil)
        #expect(try layer([3, 2], .ints("pads", [1, 1])).0.viewed(as: .spatial) == nil)
        #expect(try layer([3, 2], .ints("pads", [0, -1, 0, 0])).0.viewed(as: .spatial) == nil)
        #expect(try layer([3, 2], .ints("strides", [0, 1])).0.viewed(as: .spatial) == nil)
        #expect(try layer([3, 2], .ints("dilations", [1])).0.viewed(as: .spatial) == nil)
    }

    @Test("Forms count their parameters")
    func formsCountTheirParameters() throws {
        let spatial = try #require(try layer([3, 2], groups: 2).0.viewed(as: .spatial))
        // M = 8, K = 9.
        #expect(spatial.shape.parameters(rank: 3) == 2 * 3 * 17)
        #expect(spatial.shape.parameters(rank: 3, form: .pivoted) == 2 * 3 * 14)
        #expect(spatial.shape.largestSavingRank(form: .factors) == 4)
        #expect(spatial.shape.largestSavingRank(form: .pivoted) == 7)

        // M = 8, C = 6, K = 36; 3 of the 6 input channels go with rank 4, 6 with rank 7.
        let tucker = try #require(try layer([3, 2]).0.viewed(as: .tucker))
        #expect(tucker.shape.parameters(rank: 4) == 3 * 6 + 4 * (3 * 6) + 8 * 4)
        #expect(tucker.shape.parameters(rank: 4, form: .pivoted) == 3 * 3 + 4 * (3 * 6) + 4 * 4)
        #expect(tucker.shape.parameters(rank: 7) == 7 * (8 + 36))
        #expect(tucker.shape.parameters(rank: 0) == 0)
        #expect(tucker.shape.parameters(rank: .max) == .max)
        for form in StorageForm.allCases {
            let largest = tucker.shape.largestSavingRank(form: form)
            for rank in 1..<8 { #expect((tucker.shape.parameters(rank: rank, form: form) < 288) == (rank <= largest), "\(form) \(rank)") }
        }
    }
}
