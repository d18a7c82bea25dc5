import LowRank
import ONNXModel
import Tensors
import Testing

@testable import GraphRewriting

@Suite("The catalogue of layers")
struct LayerCatalogueTests {
    private let x = value("x", [nil, 8])

    @Test("Describes a grouped convolution")
    func describesAGroupedConvolution() throws {
        let conv = node("Conv", ["x", "w", "b"], "y", name: "conv", .int("group", 4))
        let catalogue = LayerCatalogue(
            model: model(
                graph(
                    [conv], [weight("w", [12, 2, 3, 5]), weight("b", [12])], inputs: [value("x", [nil, 8, 9, 9])],
                    outputs: [value("y", [nil, 12, nil, nil])])))
        #expect(catalogue.untreated.isEmpty)
        let layer = try #require(catalogue.layers.first)
        #expect(layer.name == "conv")
        #expect(layer.operatorName == "Conv")
        #expect(layer.kind == .convolution)
        #expect((layer.groups, layer.rows, layer.columns) == (4, 3, 30))
        #expect(layer.fullRank == 3)
        #expect(layer.weightName == "w")
        #expect(layer.weightShape == [12, 2, 3, 5])
        #expect(layer.weightParameters == 360)
        #expect(layer.shape.parameters(rank: 2) == 4 * 2 * 33)
        #expect(layer.shape.parameters(rank: .max) == .max)
        #expect(layer.shape.largestSavingRank() == 2)
        #expect(
            layer.uses == [
                LayerUse(
                    nodeName: "conv", kind: .convolution, input: "x", output: "y", window: layer.uses[0].window, isTransposed: false,
                    readsTranspose: false)
            ])
    }

    @Test("Rows and columns follow the side of the weight")
    func rowsAndColumnsFollowTheSideOfTheWeight() throws {
        let nodes = [
            node("MatMul", ["x", "right"], "a", name: "right"),
            node("Gemm", ["x", "plain"], "b", name: "plain"),
            node("Gemm", ["x", "turned"], "c", name: "turned", .int("transB", 1)),
            node("MatMul", ["left", "z"], "d", name: "left"),
        ]
        let catalogue = LayerCatalogue(
            model: model(
                graph(
                    nodes, [weight("right", [8, 5]), weight("plain", [8, 6]), weight("turned", [7, 8]), weight("left", [9, 4])],
                    inputs: [x, value("z", [4, nil])], outputs: "abcd".map { value(String($0), [nil, nil]) })))
        #expect(catalogue.layers.map(\.name) == ["right", "plain", "turned", "left"])
        #expect(catalogue.layers.map(\.kind) == [.matMulRight, .gemm, .gemm, .matMulLeft])
        #expect(catalogue.layers.map(\.rows) == [5, 6, 7, 9])
        #expect(catalogue.layers.map(\.columns) == [8, 8, 8, 4])
        #expect(catalogue.layers.last?.uses.first?.input == "z")
    }

    @Test("Nodes that share a weight are one layer")
    func nodesThatShareAWeightAreOneLayer() throws {
        let nodes = [
            constantNode("stored", weight("", [8, 8])),
            node("Identity", ["stored"], "alias"),
            node("Identity", ["alias"], "again"),
            node("MatMul", ["x", "again"], "a", name: "first"),
            node("MatMul", ["a", "stored"], "b"),
            node("MatMul", ["b", "alias"], "y", name: "third"),
        ]
        let catalogue = LayerCatalogue(model: model(graph(nodes, inputs: [x], outputs: [value("y", [nil, 8])])))
        #expect(catalogue.untreated.isEmpty)
        #expect(catalogue.layers.count == 1)
        let layer = try #require(catalogue.layers.first)
        #expect(layer.name == "first")
        #expect(layer.weightName == "stored")
        #expect(layer.uses.map(\.output) == ["a", "b", "y"])
        #expect(layer.uses.map(\.nodeName) == ["first", "", "third"])
    }

    @Test("Initializers that old files list as inputs are constant")
    func initializersThatOldFilesListAsInputsAreConstant() {
        let product = graph([node("MatMul", ["x", "w"], "y")], [weight("w", [8, 8])], inputs: [x], outputs: [value("y", [nil, 8])])
        #expect(LayerCatalogue(model: model(product, operatorSet: 8, irVersion: 3)).layers.map(\.name) == ["y"])
    }

    @Test("Layer names are unique")
    func layerNamesAreUnique() {
        let nodes = [
            node("MatMul", ["x", "u"], "a", name: "same"),
            node("MatMul", ["a", "v"], "b", name: "same"),
            node("MatMul", ["b", "w"], "c"),
            node("MatMul", ["c", "t"], "d", name: "c"),
        ]
        let weights = ["t", "u", "v", "w"].map { weight($0, [8, 8]) }
        let catalogue = LayerCatalogue(model: model(graph(nodes, weights, inputs: [x], outputs: [value("d", [nil, 8])])))
        #expect(catalogue.layers.map(\.name) == ["a", "b", "c#2", "c"])
        #expect(catalogue.layer(named: "c")?.weightName == "t")
        #expect(catalogue.layer(named: "same") == nil)
    }
}
