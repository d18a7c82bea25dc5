import Foundation
import ONNXModel
import Tensors
import Testing

@Suite("Patches of graphs")
struct GraphPatchTests {
    /// Puts two factors of rank 2 in the place of the dense model's product.
    private func factors(rank: Int = 2, columns: Int = 4) throws -> GraphPatch {
        var patch = GraphPatch()
        patch.replace(
            .producer(of: "h"),
            with: [SmallModels.node("MatMul", ["x", "w.a"], ["x.a"]), SmallModels.node("MatMul", ["x.a", "w.b"], ["h"], name: "product")])
        patch.initializers = try [SmallModels.floats("w.a", [4, rank]), SmallModels.floats("w.b", [rank, columns])]
        patch.removableValues = ["w"]
        return patch
    }

    private func expectRefused(
        _ expected: PatchError, _ patch: GraphPatch, _ model: Model? = nil, types: [String: TensorType] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let model = try model ?? SmallModels.dense()
        #expect(throws: ModelError.invalidPatch(expected), sourceLocation: sourceLocation) { try patch.apply(to: model, types: types) }
        #expect(throws: expected, sourceLocation: sourceLocation) { try patch.check(against: model.proto.graph, types: types) }
    }

    @Test("Replaces a node and its weights")
    func replacesANodeAndItsWeights() throws {
        var model = try SmallModels.dense()
        model.proto.producerName = "someone"
        var patch = try factors()
        patch.valueInfo = [SmallModels.value("x.a", [.dynamic, .fixed(2)])]
        patch.metadata = ["b": "2", "a": "1"]
        let result = try patch.apply(to: model)
        let graph = result.proto.graph
        #expect(graph.node.map(\.opType) == ["MatMul", "MatMul", "Add"])
        #expect(graph.initializer.map(\.name) == ["b", "w.a", "w.b"])
        #expect(graph.valueInfo.map(\.name) == ["x.a"])
        #expect(result.proto.metadataProps.map(\.key) == ["a", "b"])
        #expect(result.proto.producerName == "someone")
        #expect(result.proto.opsetImport == model.proto.opsetImport)
        #expect(graph.node[2] == model.proto.graph.node[1])
        try result.validate()
        // The model that it was made from is a value of its own.
        #expect(model.proto.graph.node.count == 2)
    }

    @Test("An empty patch keeps the bytes")
    func anEmptyPatchKeepsTheBytes() throws {
        let bytes = RoundTripTests.unusual[0].1
        let model = try Model(serialized: bytes, folder: nil)
        #expect(GraphPatch().isEmpty)
        #expect(try GraphPatch().apply(to: model).serialized() == bytes)
    }

    @Test("Unknown fields stay")
    func unknownFieldsStay() throws {
        let unknown = WireFormat.string(900, "unknown")
        let node = WireFormat.message(1, WireFormat.string(1, "x"), WireFormat.string(2, "y"), WireFormat.string(4, "Relu"), unknown)
        let graph = WireFormat.message(
            7, node, WireFormat.message(11, WireFormat.string(1, "x")), WireFormat.message(12, WireFormat.string(1, "y")), unknown)
        let model = try Model(serialized: WireFormat.integer(1, 8) + graph + unknown, folder: nil)
        var patch = GraphPatch()
        patch.metadata = ["a": "1"]
        let result = try patch.apply(to: model).serialized()
        let count = String(decoding: result, as: UTF8.self).components(separatedBy: "unknown").count - 1
        #expect(count == 3)
    }

    @Test("Metadata is replaced in place")
    func metadataIsReplacedInPlace() throws {
        var model = try SmallModels.dense()
        model.proto.metadataProps.set("first", to: "1")
        model.proto.metadataProps.set("second", to: "2")
        var patch = GraphPatch()
        patch.metadata = ["first": "new"]
        let entries = try patch.apply(to: model).proto.metadataProps
        #expect(entries.map(\.key) == ["first", "second"])
        #expect(entries.value(of: "first") == "new")
    }

    @Test("Patches add up")
    func patchesAddUp() throws {
        var patch = try factors()
        var second = GraphPatch()
        second.replace(.index(1), with: [SmallModels.node("Sub", ["h", "b"], ["y"])])
        second.metadata = ["a": "1"]
        patch.append(second)
        #expect(try patch.apply(to: SmallModels.dense()).proto.graph.node.map(\.opType) == ["MatMul", "MatMul", "Sub"])
    }

    // MARK: Removing what is not used

    @Test("Initializers in use stay")
    func initializersInUseStay() throws {
        // By another node, by a subgraph, and as an output of the graph.
        let branch = SmallModels.graph(inputs: [], outputs: [SmallModels.value("o")], [SmallModels.node("Relu", ["w"], ["o"])])
        let users: [(inout GraphProto) -> Void] = [
            { $0.node.append(SmallModels.node("Relu", ["w"], ["other"])) },
            { $0.node.append(SmallModels.node("If", ["x"], ["other"], [SmallModels.attribute("then_branch", graph: branch)])) },
            { $0.output.append(SmallModels.value("w", [.fixed(4), .fixed(4)])) },
        ]
        for use in users {
            var model = try SmallModels.dense()
            use(&model.proto.graph)
            #expect(try factors().apply(to: model).proto.graph.initializer.map(\.name) == ["w", "b", "w.a", "w.b"])
        }
    }

    @Test("A removed initializer takes its input along")
    func aRemovedInitializerTakesItsInputAlong() throws {
        var model = try SmallModels.dense()
        model.proto.irVersion = 3
        model.proto.graph.input += ["w", "b"].map { SmallModels.value($0, [.fixed(4)]) }
        model.proto.graph.input[1] = SmallModels.value("w", [.fixed(4), .fixed(4)])
        #expect(throws: ModelError.invalidPatch(.initializerWithoutInput("w.a"))) { try factors().apply(to: model) }
        var patch = try factors()
        let constants = patch.initializers.map { SmallModels.node("Constant", [], [$0.name], [SmallModels.attribute("value", tensor: $0)]) }
        patch = GraphPatch()
        patch.replace(.index(0), with: try constants + factors().replacements[0].nodes)
        patch.removableValues = ["w"]
        #expect(try patch.apply(to: model).proto.graph.input.map(\.name) == ["x", "b"])
    }

    @Test("Constant nodes and identities go when they are listed")
    func constantNodesAndIdentitiesGoWhenTheyAreListed() throws {
        var model = try SmallModels.dense()
        model.proto.graph.initializer.removeFirst()
        model.proto.graph.node =
            try [
                SmallModels.node("Constant", [], ["stored"], [SmallModels.attribute("value", tensor: SmallModels.floats("", [4, 4]))]),
                SmallModels.node("Identity", ["stored"], ["w"]),
            ] + model.proto.graph.node
        model.proto.graph.valueInfo = [SmallModels.value("w", [.fixed(4), .fixed(4)])]
        var patch = try factors()
        #expect(try patch.apply(to: model).proto.graph.node.map(\.opType) == ["Constant", "MatMul", "MatMul", "Add"])
        patch.removableValues = ["stored", "w"]
        let graph = try patch.apply(to: model).proto.graph
        #expect(graph.node.map(\.opType) == ["MatMul", "MatMul", "Add"])
        #expect(graph.valueInfo.isEmpty)
    }

    @Test("A node stays for its other output")
    func aNodeStaysForItsOtherOutput() throws {
        let nodes = [SmallModels.node("Split", ["x"], ["a", "b"]), SmallModels.node("Relu", ["a"], ["y"])]
        var patch = GraphPatch()
        patch.removableValues = ["b"]
        #expect(try patch.apply(to: SmallModels.model(SmallModels.graph(nodes))).proto.graph.node.count == 2)
    }

    // MARK: Patches that do not fit

    @Test("Nodes that are not there")
    func nodesThatAreNotThere() throws {
        for reference in [GraphPatch.NodeReference.index(2), .index(-1), .producer(of: "nothing"), .producer(of: "x"), .producer(of: "")] {
            var patch = GraphPatch()
            patch.remove(reference)
            try expectRefused(.noSuchNode(reference), patch)
        }
    }

    @Test("A node replaced twice")
    func aNodeReplacedTwice() throws {
        var patch = try factors()
        patch.remove(.index(0))
        try expectRefused(.nodeReplacedTwice(node: "product"), patch)
    }

    @Test("Missing values")
    func missingValues() throws {
        var patch = try factors()
        patch.initializers.removeLast()
        try expectRefused(.graph(.undefinedValue("w.b", node: "product")), patch)
        patch = GraphPatch()
        patch.remove(.index(0))
        try expectRefused(.graph(.undefinedValue("h", node: "sum")), patch)
        patch = GraphPatch()
        patch.remove(.index(1))
        try expectRefused(.graph(.missingOutput("y")), patch)
    }

    @Test("Several producers")
    func severalProducers() throws {
        var patch = GraphPatch()
        patch.replace(.index(1), with: [SmallModels.node("Relu", ["h"], ["h"]), SmallModels.node("Relu", ["h"], ["y"])])
        try expectRefused(.graph(.duplicateValue("h")), patch)
        patch = try factors()
        try patch.initializers.append(SmallModels.floats("x.a", [1]))
        try expectRefused(.graph(.duplicateValue("x.a")), patch)
    }

    @Test("The wrong order")
    func theWrongOrder() throws {
        var patch = GraphPatch()
        patch.replace(.index(0), with: [SmallModels.node("Relu", ["y"], ["h"], name: "new")])
        try expectRefused(.graph(.cycle(node: "new")), patch)
        patch = try factors()
        let nodes = try Array(#require(patch.replacements.first).nodes.reversed())
        var reversed = GraphPatch()
        reversed.replace(.index(0), with: nodes)
        reversed.initializers = patch.initializers
        try expectRefused(.graph(.usedBeforeProduced("x.a", node: "product")), reversed)
    }

    @Test("Initializers that are broken")
    func initializersThatAreBroken() throws {
        var patch = try factors()
        patch.initializers[0].rawData.removeLast()
        try expectRefused(
            .invalidInitializer("w.a", reason: "tensor 'w.a': its shape [4, 2] takes 32 bytes, but raw_data has 31"), patch)
        patch = try factors()
        patch.initializers[1].dims = [-2, 4]
        try expectRefused(.invalidInitializer("w.b", reason: "tensor 'w.b': its shape [-2, 4] has a negative length"), patch)
        patch = try factors()
        patch.initializers.append(patch.initializers[0])
        try expectRefused(.duplicateInitializer("w.a"), patch)
        patch = try factors()
        patch.initializers[0].name = ""
        #expect(throws: ModelError.self) { try patch.apply(to: SmallModels.dense()) }
    }

    @Test("A replaced initializer keeps its type")
    func aReplacedInitializerKeepsItsType() throws {
        var patch = GraphPatch()
        patch.initializers = try [TensorProto(name: "b", Tensor(shape: [4], [9, 9, 9, 9] as [Float]))]
        let result = try patch.apply(to: SmallModels.dense())
        #expect(result.proto.graph.initializer.map(\.name) == ["w", "b"])
        #expect(try result.tensor(named: "b")?.elements(as: Float.self) == [9, 9, 9, 9])
        let old = TensorType(.float32, [.fixed(4)])
        patch.initializers = try [SmallModels.floats("b", [1, 4])]
        try expectRefused(.typeChanged(value: "b", from: old, to: TensorType(.float32, [.fixed(1), .fixed(4)])), patch)
        patch.initializers = [TensorProto(name: "b", Tensor([1, 2, 3, 4] as [Double]))]
        try expectRefused(.typeChanged(value: "b", from: old, to: TensorType(.float64, [.fixed(4)])), patch)
    }

    @Test("A replaced value keeps its type")
    func aReplacedValueKeepsItsType() throws {
        let old = TensorType(.float32, [.dynamic, .fixed(4)])
        let known = ["h": old]
        let wide = TensorType(.float32, [.dynamic, .fixed(5)])
        try expectRefused(.typeChanged(value: "h", from: old, to: wide), factors(columns: 5), types: known)
        _ = try factors().apply(to: SmallModels.dense(), types: known)
        // What is stated must agree with what is known, and with the graph's own outputs.
        var patch = try factors()
        patch.valueInfo = [SmallModels.value("y", [.dynamic, .fixed(5)])]
        try expectRefused(.typeChanged(value: "y", from: TensorType(.float32, [.dynamic, .fixed(4)]), to: wide), patch)
        patch.valueInfo = [SmallModels.value("x.a", [.dynamic, .fixed(3)])]
        try expectRefused(
            .typeChanged(
                value: "x.a", from: TensorType(.float32, [.dynamic, .fixed(3)]), to: TensorType(.float32, [.dynamic, .fixed(2)])), patch)
        patch.valueInfo = [SmallModels.value("nowhere")]
        try expectRefused(.unknownValue("nowhere"), patch)
    }

    @Test("Convolutions keep their shape")
    func convolutionsKeepTheirShape() throws {
        let old = TensorType(.float32, [.dynamic, .fixed(6), .fixed(5), .fixed(8)])
        let types = ["y": old]
        let attributes: [AttributeProto] = [.ints("strides", [2, 1]), .ints("pads", [1, 0, 0, 1]), .ints("dilations", [1, 2])]
        var graph = try SmallModels.graph(
            inputs: [SmallModels.value("x", [.dynamic, .fixed(3), .fixed(11), .fixed(11)])], outputs: [SmallModels.value("y", [])],
            initializers: [SmallModels.floats("w", [6, 3, 3, 3])], [SmallModels.node("Conv", ["x", "w"], ["y"], name: "conv", attributes)])
        graph.output[0].type.tensorType.clearShape()
        let model = SmallModels.model(graph)
        func patch(pads: [Int]) throws -> GraphPatch {
            var patch = GraphPatch()
            let first = SmallModels.node(
                "Conv", ["x", "a"], ["t"], [.ints("strides", [2, 1]), .ints("pads", pads), .ints("dilations", [1, 2])])
            patch.replace(.index(0), with: [first, SmallModels.node("Conv", ["t", "b"], ["y"], name: "conv")])
            patch.initializers = try [SmallModels.floats("a", [2, 3, 3, 3]), SmallModels.floats("b", [6, 2, 1, 1])]
            patch.removableValues = ["w"]
            return patch
        }
        _ = try patch(pads: [1, 0, 0, 1]).apply(to: model, types: types)
        try expectRefused(
            .typeChanged(value: "y", from: old, to: TensorType(.float32, [.dynamic, .fixed(6), .fixed(5), .fixed(7)])),
            patch(pads: [1, 0, 0, 0]), model, types: types)
    }

    @Test("Operators that the model does not import")
    func operatorsThatTheModelDoesNotImport() throws {
        var patch = GraphPatch()
        var node = SmallModels.node("FusedMatMul", ["x", "w"], ["h"], name: "fused")
        node.domain = "com.microsoft"
        patch.replace(.index(0), with: [node])
        #expect(throws: ModelError.invalidPatch(.domainNotImported("com.microsoft", node: "fused"))) {
            try patch.apply(to: SmallModels.dense())
        }
        var model = try SmallModels.dense()
        var version = OperatorSetIdProto()
        version.domain = "com.microsoft"
        version.version = 1
        model.proto.opsetImport.append(version)
        _ = try patch.apply(to: model)
    }
}
