import Foundation
import ONNXModel
import Tensors
import Testing

@Suite("float32 in the place of 16-bit types")
struct SinglePrecisionTests {
    private static func half(_ name: String, _ type: ElementType, _ values: [Double]) throws -> TensorProto {
        TensorProto(name: name, try Tensor(elementType: type, shape: [values.count], rounding: values))
    }

    private static func value(_ name: String, _ type: ElementType) -> ValueInfoProto {
        ValueInfoProto(name: name, TensorType(type, [.dynamic, .fixed(4)]))
    }

    /// x -> Cast -> Add a constant -> Mul a weight -> If, whose branch casts once more.
    private static func model() throws -> Model {
        var branch = SmallModels.graph(
            inputs: [], outputs: [value("chosen", .bfloat16)], initializers: [try half("inner", .bfloat16, [3])],
            [
                SmallModels.node("Cast", ["product"], ["cast"], [.int("to", 16)]),
                SmallModels.node("Add", ["cast", "inner"], ["chosen"]),
            ])
        branch.valueInfo = [value("cast", .bfloat16)]
        // Old files keep the bits in integers.
        var integers = TensorProto()
        integers.dims = [2]
        integers.dataType = 10
        integers.int32Data = [0x3C00, 0xC000]
        var graph = SmallModels.graph(
            inputs: [value("x", .float16), value("i", .int64)], outputs: [value("y", .bfloat16), value("z", .float64)],
            initializers: [try half("w", .float16, [0.5, 65504]), TensorProto(name: "n", Tensor([7] as [Int64]))],
            [
                SmallModels.node("Constant", [], ["c"], [SmallModels.attribute("value", tensor: integers)]),
                SmallModels.node("Cast", ["i"], ["f"], [.int("to", 10)]),
                SmallModels.node("Cast", ["i"], ["z"], [.int("to", 11)]),
                SmallModels.node("Add", ["x", "c"], ["sum"]),
                SmallModels.node("Mul", ["sum", "w"], ["product"]),
                SmallModels.node("If", ["b"], ["y"], [SmallModels.attribute("then_branch", graph: branch)]),
            ])
        var sequence = ValueInfoProto()
        sequence.name = "list"
        sequence.type.sequenceType.elemType = value("", .float16).type
        graph.valueInfo = [value("sum", .float16), sequence]
        return SmallModels.model(graph)
    }

    @Test("Weights, constants, casts and stated types change, in subgraphs too; nothing else does")
    func widens() throws {
        let model = try SinglePrecisionTests.model()
        let widened = try #require(try model.widenedToSinglePrecision())
        let graph = widened.proto.graph
        #expect(graph.input == [SinglePrecisionTests.value("x", .float32), SinglePrecisionTests.value("i", .int64)])
        #expect(graph.output == [SinglePrecisionTests.value("y", .float32), SinglePrecisionTests.value("z", .float64)])
        #expect(graph.valueInfo[0] == SinglePrecisionTests.value("sum", .float32))
        #expect(graph.valueInfo[1].type.sequenceType.elemType.tensorType.elemType == 1)
        #expect(try widened.tensor(named: "w") == Tensor([0.5, 65504] as [Float]))
        #expect(try widened.tensor(named: "n") == Tensor([7] as [Int64]))
        #expect(try widened.constantValue(of: graph.node[0]) == Tensor([1, -2] as [Float]))
        #expect(graph.node[1...2].map { $0.int("to") } == [1, 11])
        let branch = graph.node[5].attribute[0].g
        #expect(branch.output == [SinglePrecisionTests.value("chosen", .float32)])
        #expect(branch.valueInfo == [SinglePrecisionTests.value("cast", .float32)])
        #expect(branch.node[0].int("to") == 1 && branch.initializer[0].dataType == 1)
        #expect(graph.node.map(\.output) == model.proto.graph.node.map(\.output))
        #expect(try widened.widenedToSinglePrecision() == nil)
    }

    @Test("A model without them stays")
    func wide() throws {
        let graph = SmallModels.graph(
            initializers: [try SmallModels.floats("w", [4])],
            [SmallModels.node("Mul", ["x", "w"], ["h"]), SmallModels.node("Cast", ["h"], ["y"], [.int("to", 1)])])
        #expect(try SmallModels.model(graph).widenedToSinglePrecision() == nil)
    }

    @Test("A tensor that cannot be read is an error")
    func broken() throws {
        var model = try SinglePrecisionTests.model()
        model.proto.graph.initializer[0].rawData = Data([0])
        #expect(throws: ModelError.self) { try model.widenedToSinglePrecision() }
    }
}
