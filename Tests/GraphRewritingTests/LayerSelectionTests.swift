import ONNXModel
import Tensors
import Testing

@testable import GraphRewriting

@Suite("Selected layers")
struct LayerSelectionTests {
    /// Layers of these names; the last is not treatable.
    private let catalogue: LayerCatalogue = {
        let names = ["encoder/0/query", "encoder/0/key", "encoder/10/key", "head[0]", "tiny"]
        var previous = "x"
        var nodes: [NodeProto] = []
        for (position, name) in names.enumerated() {
            nodes.append(node("MatMul", [previous, "w\(position)"], "y\(position)", name: name))
            previous = "y\(position)"
        }
        let weights = names.indices.map { weight("w\($0)", $0 == 4 ? [8, 1] : [8, 8]) }
        return LayerCatalogue(model: model(graph(nodes, weights, inputs: [value("x", [nil, 8])], outputs: [value(previous, [nil, 1])])))
    }()

    private func names(include: [String] = [], exclude: [String] = []) throws -> [String] {
        try LayerSelection(include: include, exclude: exclude).layers(in: catalogue).map(\.name)
    }

    @Test("Selects by patterns")
    func selectsByPatterns() throws {
        #expect(try names() == ["encoder/0/query", "encoder/0/key", "encoder/10/key", "head[0]"])
        #expect(try names(include: ["*key"]) == ["encoder/0/key", "encoder/10/key"])
        #expect(try names(include: ["encoder/?/*"]) == ["encoder/0/query", "encoder/0/key"])
        #expect(try names(include: ["head[0]", "*query*"]) == ["encoder/0/query", "head[0]"])
        #expect(try names(exclude: ["*0/*"]) == ["head[0]"])
        #expect(try names(include: ["*/key"], exclude: ["*1*"]) == ["encoder/0/key"])
        #expect(try names(include: ["*e*n*c*k*y**"]) == ["encoder/0/key", "encoder/10/key"])
        #expect(try names(exclude: ["tiny"]).count == 4)
    }

    @Test("A table is known by each of its nodes")
    func aTableIsKnownByEachOfItsNodes() throws {
        let nodes = [
            node("Gather", ["w", "ids"], "h", name: "embedding"), node("Gemm", ["h", "w"], "y", name: "head", .int("transB", 1)),
        ]
        let tied = LayerCatalogue(
            model: model(graph(nodes, [weight("w", [40, 8])], inputs: [value("ids", [5], .int64)], outputs: [value("y", [5, 40])])))
        #expect(try LayerSelection(include: ["head"]).layers(in: tied).map(\.name) == ["embedding"])
        #expect(try LayerSelection(exclude: ["head"]).layers(in: tied).isEmpty)
        #expect(throws: LayerSelectionError.noMatch(pattern: "")) { try LayerSelection(include: [""]).layers(in: tied) }
    }

    @Test("A pattern without a match is an error", arguments: ["encoder", "key", "?", "Head*", "head[01]", "", "*/key?"])
    func aPatternWithoutAMatchIsAnError(_ pattern: String) {
        #expect(throws: LayerSelectionError.noMatch(pattern: pattern)) { try names(include: [pattern]) }
        #expect(throws: LayerSelectionError.noMatch(pattern: pattern)) { try names(exclude: ["head*", pattern]) }
    }

    @Test("Many stars take no exponential time")
    func manyStarsTakeNoExponentialTime() throws {
        let long = String(repeating: "a", count: 5000)
        let model = model(
            graph(
                [node("MatMul", ["x", "w"], "y", name: long)], [weight("w", [8, 8])], inputs: [value("x", [nil, 8])],
                outputs: [value("y", [nil, 8])]))
        let pattern = String(repeating: "a*", count: 40) + "b"
        #expect(throws: LayerSelectionError.noMatch(pattern: pattern)) {
            try LayerSelection(include: [pattern]).layers(in: LayerCatalogue(model: model))
        }
    }
}
