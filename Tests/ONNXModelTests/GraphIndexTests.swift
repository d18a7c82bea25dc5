import Foundation
import ONNXModel
import Tensors
import Testing

@Suite("The index of a graph")
struct GraphIndexTests {
    @Test("Producers and consumers")
    func producersAndConsumers() throws {
        let branch = SmallModels.graph(inputs: [], outputs: [SmallModels.value("z")], [SmallModels.node("Mul", ["h", "inner"], ["z"])])
        let nodes = [
            SmallModels.node("MatMul", ["x", "w"], ["h"]), SmallModels.node("Add", ["h", "h"], ["s"]),
            SmallModels.node("If", ["c"], ["y"], [SmallModels.attribute("then_branch", graph: branch)]),
        ]
        let index = try GraphIndex(SmallModels.model(SmallModels.graph(initializers: [SmallModels.floats("w", [4, 4])], nodes)))
        #expect(index.producer(of: "h") == 0)
        #expect(index.producer(of: "x") == nil)
        #expect(index.producingNode(of: "s")?.opType == "Add")
        #expect(index.consumers(of: "h") == [1, 2])
        #expect(index.consumers(of: "inner") == [2])
        #expect(index.consumers(of: "z") == [])
        #expect(index.isGraphInput("x") && !index.isGraphInput("h"))
        #expect(index.isGraphOutput("y") && !index.isGraphOutput("s"))
        #expect(index.initializer(named: "w")?.dims == [4, 4])
        #expect(index.declaredTypes["w"] == TensorType(.float32, [.fixed(4), .fixed(4)]))
        #expect(index.graph.allNames == ["x", "w", "h", "s", "c", "y", "inner", "z"])
        #expect(index.graph.node[2].usedValues == ["c", "h", "inner"])
    }

    @Test("Subgraphs capture only what they do not define")
    func subgraphsCaptureOnlyWhatTheyDoNotDefine() throws {
        var body = try SmallModels.graph(
            inputs: [SmallModels.value("i")], outputs: [SmallModels.value("outer"), SmallModels.value("j")],
            initializers: [SmallModels.floats("k", [1])], [SmallModels.node("Sum", ["i", "k", "late", ""], ["j"])])
        body.node.append(SmallModels.node("Identity", ["j"], ["late"]))
        let loop = SmallModels.node("Loop", ["n", ""], ["y"], [SmallModels.attribute("body", graph: body)])
        #expect(loop.usedValues == ["n", "late", "outer"])
    }

    @Test("Constants in all their forms")
    func constantsInAllTheirForms() throws {
        var floats = AttributeProto()
        floats.name = "value_floats"
        floats.floats = [1, 2]
        var integer = AttributeProto()
        integer.name = "value_int"
        integer.i = -3
        var text = AttributeProto()
        text.name = "value_string"
        text.s = .init("text".utf8)
        let nodes = try [
            SmallModels.node("Constant", [], ["tensor"], [SmallModels.attribute("value", tensor: SmallModels.floats("", [3]))]),
            SmallModels.node("Constant", [], ["float"], [.float("value_float", 2.5)]),
            SmallModels.node("Constant", [], ["floats"], [floats]),
            SmallModels.node("Constant", [], ["int"], [integer]),
            SmallModels.node("Constant", [], ["ints"], [.ints("value_ints", [4, 5])]),
            SmallModels.node("Constant", [], ["text"], [text]),
            SmallModels.node("Identity", ["tensor"], ["same"]), SmallModels.node("Identity", ["same"], ["again"]),
            SmallModels.node("Identity", ["w"], ["tied"]), SmallModels.node("Relu", ["w"], ["computed"]),
        ]
        let index = try GraphIndex(SmallModels.model(SmallModels.graph(initializers: [SmallModels.floats("w", [2])], nodes)))
        let tensor = Tensor([0, 1, 2] as [Float])
        #expect(try index.constant("tensor") == tensor)
        #expect(try index.constant("again") == tensor)
        #expect(index.origin(of: "again") == "tensor")
        #expect(try index.constant("float") == Tensor(scalar: 2.5 as Float))
        #expect(try index.constant("floats") == Tensor([1, 2] as [Float]))
        #expect(try index.constant("int") == Tensor(scalar: -3 as Int64))
        #expect(try index.constant("ints") == Tensor([4, 5] as [Int64]))
        #expect(try index.constant("text") == nil)
        #expect(try index.constant("w") == Tensor([0, 1] as [Float]))
        #expect(try index.constant("tied") == index.constant("w"))
        #expect(try index.constant("computed") == nil)
        #expect(try index.constant("x") == nil)
        #expect(index.constantType("ints") == TensorType(.int64, [.fixed(2)]))
        #expect(index.constantType("again") == TensorType(.float32, [.fixed(3)]))
        #expect(index.constantProto("tied")?.name == "w")
        #expect(try index.smallConstants(upTo: 8).keys.sorted() == ["float", "floats", "int", "ints", "tied", "w"])
    }

    @Test("Broken constants name the node")
    func brokenConstantsNameTheNode() throws {
        var tensor = TensorProto()
        tensor.dataType = 1
        tensor.dims = [3]
        let node = SmallModels.node("Constant", [], ["c"], [SmallModels.attribute("value", tensor: tensor)])
        let index = GraphIndex(SmallModels.model(SmallModels.graph([node])))
        let error = #expect(throws: ModelError.self) { try index.constant("c") }
        #expect(error?.description.contains("'c'") == true)
    }

    @Test("Identities in a circle end")
    func identitiesInACircleEnd() {
        let nodes = [SmallModels.node("Identity", ["b"], ["a"]), SmallModels.node("Identity", ["a"], ["b"])]
        let index = GraphIndex(SmallModels.model(SmallModels.graph(nodes)))
        #expect(!index.isConstant("a"))
    }

    @Test("Initializers that are mere defaults")
    func initializersThatAreMereDefaults() throws {
        let graph = try SmallModels.graph(
            inputs: [SmallModels.value("x"), SmallModels.value("w")], initializers: [SmallModels.floats("w", [4, 4])],
            [SmallModels.node("MatMul", ["x", "w"], ["y"])])
        let old = GraphIndex(SmallModels.model(graph, irVersion: 3))
        #expect(!old.isOverridable("w") && old.isConstant("w"))
        let new = GraphIndex(SmallModels.model(graph, irVersion: 8))
        #expect(new.isOverridable("w") && !new.isConstant("w"))
        #expect(try new.constant("w") == nil)
    }

    @Test("Declared types")
    func declaredTypes() {
        var info = SmallModels.value("v", [.fixed(2), .dynamic])
        #expect(TensorType(info) == TensorType(.float32, [.fixed(2), .dynamic]))
        info.type.tensorType.shape.dim[0].dimParam = "batch"
        info.type.tensorType.shape.dim[1].dimParam = "?"
        #expect(TensorType(info) == TensorType(.float32, [.dynamic, .dynamic]))
        info.type.tensorType.shape.dim[0].dimValue = -1
        info.type.tensorType.shape.dim[1].dimValue = 0
        #expect(TensorType(info) == TensorType(.float32, [.dynamic, .fixed(0)]))
        info.type.tensorType.shape.dim = []
        #expect(TensorType(info) == TensorType(.float32, []))
        info.type.tensorType.elemType = 8
        #expect(TensorType(info) == nil)
        info = SmallModels.value("v")
        info.type.tensorType.clearShape()
        #expect(TensorType(info) == nil)
        info.clearType()
        #expect(TensorType(info) == nil)
        #expect(TensorType(ValueInfoProto()) == nil)
    }

    @Test("Parameter count")
    func parameterCount() throws {
        func constant(_ attributes: AttributeProto...) -> NodeProto { SmallModels.node("Constant", [], ["c"], attributes) }
        var floats = AttributeProto()
        floats.name = "value_floats"
        floats.floats = [1, 2, 3]
        let inner = try SmallModels.graph(initializers: [SmallModels.floats("deep", [7])], [constant(.float("value_float", 1))])
        var model = try SmallModels.model(
            SmallModels.graph(
                initializers: [SmallModels.floats("w", [10, 10]), TensorProto(name: "shape", Tensor([1, 2] as [Int64]))],
                [
                    constant(SmallModels.attribute("value", tensor: SmallModels.floats("", [20]))), constant(floats),
                    SmallModels.node("If", ["c"], ["y"], [SmallModels.attribute("then_branch", graph: inner)]),
                    SmallModels.node("Identity", ["w"], ["tied"]),
                    // Not a constant of the model: an attribute of another operator.
                    SmallModels.node(
                        "ConstantOfShape", ["c"], ["z"], [SmallModels.attribute("value", tensor: SmallModels.floats("", [1]))]),
                ]))
        var function = FunctionProto()
        function.node = try [constant(SmallModels.attribute("value", tensor: SmallModels.floats("", [1000])))]
        model.proto.functions = [function]
        var half = TensorProto()
        half.dataType = 10
        half.dims = [10000]
        model.proto.graph.initializer.append(half)
        #expect(try ParameterCount.of(model.proto) == 100 + 20 + 3 + 7 + 1 + 1000 + 10000)
        model.proto.graph.initializer[0].dims = [.max]
        #expect(throws: ModelError.self) { try ParameterCount.of(model.proto) }
        model.proto.graph.initializer[0].dims = [-1]
        #expect(throws: ModelError.self) { try ParameterCount.of(model.proto) }
    }

    @Test("Real networks are valid and indexed", .enabled(if: TestMaterial.hasSharedModels, "needs the shared models"))
    func realNetworksAreValidAndIndexed() throws {
        for path in TestMaterial.models(below: TestMaterial.sharedModels) {
            let model = try Model.load(from: path)
            try model.validate()
            #expect(try model.opsetVersion >= 7)
            let index = GraphIndex(model)
            for tensor in model.proto.graph.initializer {
                let decoded = try #require(try index.constant(tensor.name), "\(path) \(tensor.name)")
                #expect(index.constantType(tensor.name)?.fixedShape == decoded.shape)
            }
            #expect(try ParameterCount.of(model.proto) > 50_000, "\(path)")
        }
    }
}
