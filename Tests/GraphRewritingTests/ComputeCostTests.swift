import LowRank
import ONNXModel
import OnnxRuntimeEngine
import Tensors
import Testing

@testable import GraphRewriting

@Suite("Costs of computing")
struct ComputeCostTests {
    private func cost(_ node: NodeProto, _ initializers: [TensorProto], _ types: [String: [Dimension]]) -> ComputeCost {
        ComputeCost(
            model: model(graph([node], initializers, inputs: [], outputs: [])), types: types.mapValues { TensorType(.float32, $0) })
    }

    @Test("Convolution counts kernels at output positions")
    func convolutionCountsKernelsAtOutputPositions() {
        let conv = node("Conv", ["x", "w"], "y", .int("group", 2))
        let cost = cost(conv, [weight("w", [12, 4, 3, 3])], ["y": [.dynamic, .fixed(12), .fixed(5), .fixed(7)]])
        #expect(cost.total == 5 * 7 * 12 * 4 * 9)
        #expect(cost.ofNode(computing: "y") == cost.total)
    }

    @Test("Transposed convolution counts kernels at input positions")
    func transposedConvolutionCountsKernelsAtInputPositions() {
        let conv = node("ConvTranspose", ["x", "w"], "y")
        #expect(cost(conv, [weight("w", [8, 4, 2, 2])], ["x": [.fixed(2), .fixed(8), .fixed(3), .fixed(3)]]).total == 2 * 9 * 8 * 4 * 4)
    }

    @Test("Products count their inner length")
    func productsCountTheirInnerLength() {
        let types: [String: [Dimension]] = ["x": [.fixed(5), .fixed(8)], "y": [.fixed(5), .fixed(6)]]
        #expect(cost(node("Gemm", ["x", "w"], "y"), [weight("w", [8, 6])], types).total == 5 * 6 * 8)
        #expect(cost(node("Gemm", ["x", "w"], "y", .int("transB", 1)), [weight("w", [6, 8])], types).total == 5 * 6 * 8)
        #expect(cost(node("MatMul", ["x", "w"], "y"), [weight("w", [8, 6])], types).total == 5 * 6 * 8)
        let attention: [String: [Dimension]] = [
            "q": [.dynamic, .fixed(2), .fixed(5), .fixed(4)], "k": [.dynamic, .fixed(2), .fixed(4), .fixed(5)],
            "y": [.dynamic, .fixed(2), .fixed(5), .fixed(5)],
        ]
        #expect(cost(node("MatMul", ["q", "k"], "y"), [], attention).total == 2 * 5 * 5 * 4)
    }

    @Test("An unknown shape makes the total unknown")
    func anUnknownShapeMakesTheTotalUnknown() {
        let conv = node("Conv", ["x", "w"], "y")
        #expect(cost(conv, [weight("w", [12, 4, 3, 3])], ["y": [.dynamic, .fixed(12), .dynamic, .fixed(7)]]).total == nil)
        #expect(cost(conv, [weight("w", [12, 4, 3, 3])], [:]).total == nil)
        #expect(cost(node("Relu", ["x"], "y"), [], [:]).total == 0)
    }

    @Test("Huge shapes do not trap")
    func hugeShapesDoNotTrap() {
        let types: [String: [Dimension]] = ["x": [.fixed(.max)], "y": [.fixed(.max), .fixed(.max)]]
        #expect(cost(node("MatMul", ["x", "w"], "y"), [], types).total == nil)
    }

    @Test("The products of a tied table count")
    func theProductsOfATiedTableCount() throws {
        let tied = model(
            graph(
                [node("Gather", ["w", "ids"], "h"), node("Gemm", ["h", "w"], "y", .int("transB", 1))], [weight("w", [40, 8])],
                inputs: [value("ids", [5], .int64)], outputs: [value("y", [5, 40])]))
        let layer = try #require(LayerCatalogue(model: tied).layers.first)
        #expect(layer.operatorName == "Gather+Gemm")
        let types = ["h": TensorType(.float32, [.fixed(5), .fixed(8)]), "y": TensorType(.float32, [.fixed(5), .fixed(40)])]
        let cost = ComputeCost(model: tied, types: types)
        #expect(cost.of(layer) == 5 * 40 * 8)
        // What is picked has 3 components, of which the second factor makes 8 values.
        #expect(cost.of(layer, rank: 3) == 5 * 3 * (40 + 8) + 5 * 3 * 8)
    }

    @Test("Factors scale the count")
    func factorsScaleTheCount() throws {
        let conv = node("Conv", ["x", "w"], "y", name: "conv")
        let layered = model(
            graph([conv], [weight("w", [12, 8, 3, 3])], inputs: [value("x", [1, 8, 7, 9])], outputs: [value("y", [1, 12, 5, 7])]))
        let layer = try #require(LayerCatalogue(model: layered).layers.first)
        let cost = ComputeCost(model: layered, types: ["y": TensorType(.float32, [.fixed(1), .fixed(12), .fixed(5), .fixed(7)])])
        #expect(cost.of(layer) == 35 * 12 * 72)
        #expect(cost.of(layer, rank: 4) == 35 * 4 * (12 + 72))
        // Four rows are there already, and the others are made of these.
        #expect(cost.of(layer, rank: 4, form: .pivoted) == 35 * 4 * (12 - 4 + 72))
    }

    /// What every value of a model is, by running it.
    private func types(of model: Model, _ inputs: [String: Tensor], _ elementType: ElementType) throws -> [String: TensorType] {
        var whole = model
        let outputs = model.proto.graph.output.map(\.name)
        for name in model.proto.graph.node.flatMap(\.output) where !name.isEmpty && !outputs.contains(name) {
            whole.proto.graph.output.append(ValueInfoProto(name: name, TensorType(elementType, [])))
            whole.proto.graph.output[whole.proto.graph.output.count - 1].type.tensorType.clearShape()
        }
        let values = try Session(model: whole.serialized()).run(inputs).merging(inputs) { computed, _ in computed }
        return values.mapValues { TensorType($0.elementType, $0.shape.map(Dimension.fixed)) }
    }

    /// Convolutions of all kinds, whose strides, pads and groups differ by axis.
    @Test("The count of factors is that of the model that is written with them", arguments: FactorizationScheme.allCases)
    func written(scheme: FactorizationScheme) throws {
        let all = scheme == .tucker ? AwkwardModel.narrowable : AwkwardModel.separable
        var compared = 0
        for position in stride(from: 0, to: all.count, by: max(all.count / 24, 1)) {
            let awkward = all[position]
            let (inputs, type) = (try awkward.tensors(), awkward.elementType)
            let before = ComputeCost(model: awkward.model, types: try types(of: awkward.model, inputs, type))
            let written = try awkward.rewritten(scheme, .factors)
            let after = ComputeCost(model: written, types: try types(of: written, inputs, type))
            let layers = awkward.layers.compactMap { $0.viewed(as: scheme) }
            guard layers.count == awkward.layers.count else { continue }
            let counts = layers.map { before.of($0, rank: max($0.fullRank / 2, 1)) }
            #expect(counts.compactMap(\.self).reduce(0, +) == after.total, "\(awkward)")
            compared += 1
        }
        #expect(compared > 8)
    }
}
