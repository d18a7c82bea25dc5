import ONNXModel
import Testing

@Suite("Validation of graphs")
struct GraphValidationTests {
    private func expect(
        _ expected: GraphError?, inputs: [String] = ["x"], outputs: [String] = ["y"], initializers: [String] = [], _ nodes: [NodeProto],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let graph = try SmallModels.graph(
            inputs: inputs.map { SmallModels.value($0) }, outputs: outputs.map { SmallModels.value($0) },
            initializers: initializers.map { try SmallModels.floats($0, [1]) }, nodes)
        var found: GraphError?
        do throws(GraphError) { try graph.validate() } catch { found = error }
        #expect(found == expected, sourceLocation: sourceLocation)
        // The same inside a subgraph, around which nothing is visible but one more value.
        let outer = SmallModels.graph(
            inputs: [SmallModels.value("p")], outputs: [SmallModels.value("q")],
            [SmallModels.node("If", ["p"], ["q"], [SmallModels.attribute("then_branch", graph: graph)])])
        found = nil
        do throws(GraphError) { try outer.validate() } catch { found = error }
        #expect(found == expected, sourceLocation: sourceLocation)
    }

    @Test("Valid graphs")
    func validGraphs() throws {
        try SmallModels.dense().validate()
        try expect(nil, [SmallModels.node("Relu", ["x"], ["y"])])
        try expect(nil, inputs: ["x", "w"], initializers: ["w"], [SmallModels.node("Add", ["x", "w"], ["y"])])
        // Left-out inputs and outputs have empty names, as often as they like.
        try expect(nil, [SmallModels.node("Split", ["x", "", ""], ["", "y", ""])])
        try expect(nil, outputs: ["x"], [])
        try expect(nil, outputs: ["w"], initializers: ["w"], [])
    }

    @Test("Values defined twice")
    func valuesDefinedTwice() throws {
        try expect(.duplicateValue("y"), [SmallModels.node("Relu", ["x"], ["y"]), SmallModels.node("Abs", ["x"], ["y"])])
        try expect(.duplicateValue("y"), [SmallModels.node("Split", ["x"], ["y", "y"])])
        try expect(.duplicateValue("x"), [SmallModels.node("Relu", ["x"], ["x"])])
        try expect(.duplicateValue("w"), initializers: ["w"], [SmallModels.node("Relu", ["x"], ["w"])])
        try expect(.duplicateValue("w"), initializers: ["w", "w"], [])
        try expect(.duplicateValue("x"), inputs: ["x", "x"], [])
    }

    @Test("Values that are not there")
    func valuesThatAreNotThere() throws {
        try expect(.undefinedValue("nothing", node: "sum"), [SmallModels.node("Add", ["x", "nothing"], ["y"], name: "sum")])
        try expect(.undefinedValue("nothing", node: "Relu that produces 'y'"), [SmallModels.node("Relu", ["nothing"], ["y"])])
        try expect(.missingOutput("y"), [SmallModels.node("Relu", ["x"], ["z"])])
    }

    @Test("Wrong order and cycles")
    func wrongOrderAndCycles() throws {
        try expect(
            .usedBeforeProduced("a", node: "first"),
            [SmallModels.node("Relu", ["a"], ["y"], name: "first"), SmallModels.node("Relu", ["x"], ["a"], name: "second")])
        try expect(.cycle(node: "self"), [SmallModels.node("Relu", ["y"], ["y"], name: "self")])
        try expect(
            .cycle(node: "one"),
            [
                SmallModels.node("Relu", ["c"], ["y"], name: "behind"), SmallModels.node("Relu", ["b"], ["a"], name: "one"),
                SmallModels.node("Relu", ["a"], ["b"], name: "two"), SmallModels.node("Relu", ["b"], ["c"], name: "three"),
            ].reordered([1, 2, 3, 0]))
    }

    @Test("Subgraphs see what comes before their node")
    func subgraphsSeeWhatComesBeforeTheirNode() throws {
        func graph(capturing name: String) -> GraphProto {
            let branch = SmallModels.graph(
                inputs: [], outputs: [SmallModels.value("b")], [SmallModels.node("Relu", [name], ["b"], name: "inner")])
            return SmallModels.graph([
                SmallModels.node("Relu", ["x"], ["before"]),
                SmallModels.node("If", ["x"], ["y"], name: "if", [SmallModels.attribute("then_branch", graph: branch)]),
                SmallModels.node("Relu", ["x"], ["after"]),
                // Another branch may use the same names again.
                SmallModels.node("If", ["x"], ["y2"], [SmallModels.attribute("then_branch", graph: branch)]),
            ])
        }
        try graph(capturing: "before").validate()
        #expect(throws: GraphError.usedBeforeProduced("after", node: "inner")) { try graph(capturing: "after").validate() }
        #expect(throws: GraphError.undefinedValue("nothing", node: "inner")) { try graph(capturing: "nothing").validate() }
        // What a branch defines is not visible outside.
        var leaking = graph(capturing: "before")
        leaking.node.append(SmallModels.node("Relu", ["b"], ["z"], name: "leak"))
        #expect(throws: GraphError.undefinedValue("b", node: "leak")) { try leaking.validate() }
    }

    @Test("Functions are checked as well")
    func functionsAreCheckedAsWell() throws {
        var model = try SmallModels.dense()
        var function = FunctionProto()
        function.input = ["a"]
        function.output = ["b"]
        function.node = [SmallModels.node("Relu", ["a"], ["b"])]
        model.proto.functions = [function]
        try model.validate()
        model.proto.functions[0].node[0].input = ["c"]
        #expect(throws: ModelError.invalidGraph(.undefinedValue("c", node: "Relu that produces 'b'"))) { try model.validate() }
    }

    @Test("Messages stay on one short line")
    func messagesStayOnOneShortLine() throws {
        let name = "a\nb\u{1b}[31m" + String(repeating: "x", count: 10_000)
        let text = GraphError.undefinedValue(name, node: name).description
        #expect(!text.contains("\n") && !text.contains("\u{1b}"))
        #expect(text.count < 1000)
        #expect(text.contains("'a\\nb\\u{1B}[31mxxx"))
        var tensor = TensorProto()
        tensor.dims = Array(repeating: -1, count: 100_000)
        let error = #expect(throws: ModelError.self) { try tensor.elementCount() }
        #expect((error?.description.count ?? .max) < 200)
    }

    @Test("Large graphs take linear time", .timeLimit(.minutes(1)))
    func largeGraphsTakeLinearTime() throws {
        let count = 100_000
        var nodes = (0..<count).map { SmallModels.node("Relu", ["v\($0)"], ["v\($0 + 1)"]) }
        let valid = SmallModels.graph(inputs: [SmallModels.value("v0")], outputs: [SmallModels.value("v\(count)")], nodes)
        try valid.validate()
        let index = GraphIndex(SmallModels.model(valid))
        #expect(index.consumers(of: "v7") == [7])
        nodes[0].input = ["v\(count)"]
        #expect(throws: GraphError.self) { try SmallModels.graph(nodes).validate() }
        let identities = (0..<count).map { SmallModels.node("Identity", ["v\($0)"], ["v\($0 + 1)"]) }
        let chain = GraphIndex(SmallModels.model(SmallModels.graph(initializers: [try SmallModels.floats("v0", [1])], identities)))
        #expect(chain.origin(of: "v\(count)") == "v0")
        #expect(try chain.smallConstants().count == count + 1)
    }
}

extension Array {
    fileprivate func reordered(_ order: [Int]) -> [Element] { order.map { self[$0] } }
}
