import ONNXModel
import Testing

/// What functions call is followed before a runtime does, which puts functions in place of their calls.
@Suite("Calls of functions")
struct FunctionCallTests {
    private func function(_ name: String, _ nodes: [NodeProto]) -> FunctionProto {
        var function = FunctionProto()
        function.domain = "own"
        function.name = name
        function.input = ["a"]
        function.output = ["b"]
        function.node = nodes
        return function
    }

    /// A node that calls a function, or in the standard domain an operator.
    private func call(_ name: String, from input: String = "a", to output: String = "b", domain: String = "own") -> NodeProto {
        var node = SmallModels.node(name, [input], [output])
        node.domain = domain
        return node
    }

    private func problem(_ functions: [FunctionProto], calling name: String = "f0") -> ModelError? {
        var model = SmallModels.model(SmallModels.graph([call(name, from: "x", to: "y")]))
        model.proto.functions = functions
        do throws(ModelError) { try model.validate() } catch { return error }
        return nil
    }

    /// `f0` calls `f1`, and so on through `count` functions, the last of which has one node of its own.
    private func chain(_ count: Int, calls: Int = 1) -> [FunctionProto] {
        (0..<count).map { index in
            guard index + 1 < count else { return function("f\(index)", [call("Relu", domain: "")]) }
            let values = (0...calls).map { $0 == 0 ? "a" : $0 == calls ? "b" : "v\($0)" }
            return function("f\(index)", (0..<calls).map { call("f\(index + 1)", from: values[$0], to: values[$0 + 1]) })
        }
    }

    @Test("Sound calls")
    func soundCalls() {
        #expect(problem([]) == nil)
        #expect(problem(chain(2)) == nil)
        #expect(problem(chain(100)) == nil)
        #expect(problem(chain(20, calls: 2)) == nil)
    }

    @Test("Circles")
    func circles() {
        #expect(problem([function("f0", [call("f0")])]) == .invalidGraph(.recursiveFunction("f0")))
        #expect(problem([function("f0", [call("f1")]), function("f1", [call("f0")])]) == .invalidGraph(.recursiveFunction("f0")))
        #expect(problem([function("f0", [call("f0")])], calling: "other") == .invalidGraph(.recursiveFunction("f0")))
        let branch = SmallModels.graph(inputs: [], outputs: [SmallModels.value("b")], [call("f0")])
        let choice = SmallModels.node("If", ["a"], ["b"], [SmallModels.attribute("then_branch", graph: branch)])
        #expect(problem([function("f0", [choice])]) == .invalidGraph(.recursiveFunction("f0")))
        // The operator of that name is none of the functions.
        #expect(problem([function("Relu", [call("Relu", domain: "")])], calling: "Relu") == nil)
        #expect(problem([function("Relu", [call("Relu", domain: "ai.onnx")])], calling: "Relu") == nil)
    }

    @Test("Depth and size")
    func depthAndSize() {
        #expect(problem(chain(101)) == .invalidGraph(.deepFunctions(limit: 100)))
        // Also where no single path from the first function was followed to the end.
        #expect(problem(chain(101).reversed(), calling: "f50") == .invalidGraph(.deepFunctions(limit: 100)))
        #expect(problem(chain(21, calls: 2)) == .invalidGraph(.tooManyNodes(limit: 1_000_000)))
        #expect(problem(chain(90, calls: 2)) == .invalidGraph(.tooManyNodes(limit: 1_000_000)))
    }
}
