import Foundation
import ONNXModel
import Testing

/// Whatever the bytes are, reading them ends in a model or in an error that names the file.
@Suite("Loading")
struct LoadingTests {
    @Test("Missing and unreadable files")
    func missingAndUnreadableFiles() throws {
        let folder = try TemporaryFolder()
        for path in [folder.path("none.onnx"), folder.path("none/none.onnx"), ""] {
            #expect(throws: ModelError.notFound(path: path)) { try Model.load(from: path) }
        }
        #expect(throws: ModelError.unreadable(path: folder.path, reason: "it is not a regular file")) { try Model.load(from: folder.path) }
        let fifo = folder.path("fifo")
        #expect(mkfifo(fifo, 0o600) == 0)
        #expect(throws: ModelError.unreadable(path: fifo, reason: "it is not a regular file")) { try Model.load(from: fifo) }
        #expect(throws: ModelError.self) { try Model.load(from: "/dev/zero") }
    }

    @Test("A file without permission", .enabled(if: geteuid() != 0, "the superuser may read everything"))
    func aFileWithoutPermission() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Data([1]), to: "model.onnx")
        #expect(chmod(path, 0) == 0)
        let error = #expect(throws: ModelError.self) { try Model.load(from: path) }
        #expect(error?.category == .missingInput)
    }

    @Test(
        "Broken files",
        arguments: [
            ("empty", Data(), "it is empty"),
            ("text", Data("this is not a model, but a text file\n".utf8), "the bytes are not a protobuf message"),
            ("no graph", WireFormat.integer(1, 8), "it holds no graph"),
            ("huge length", Data([0x3a]) + WireFormat.varint(1 << 40), "the bytes are not a protobuf message"),
            (
                "length beyond the end", Data([0x3a]) + WireFormat.varint(1 << 30),
                "it ends in the middle of a field; the file is truncated or not ONNX"
            ),
            ("length near the end of the numbers", Data([0x3a]) + WireFormat.varint(.max), "the bytes are not a protobuf message"),
            ("invalid text", WireFormat.message(7, WireFormat.message(2, Data([0xff, 0xfe]))), "a text field is not UTF-8"),
        ])
    func brokenFiles(name: String, bytes: Data, reason: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, to: "model.onnx")
        #expect(throws: ModelError.malformed(path: path, reason: reason)) { try Model.load(from: path) }
        #expect(throws: ModelError.malformed(path: nil, reason: reason)) { try Model(serialized: bytes, folder: nil) }
    }

    @Test("A file beyond two gibibytes")
    func aFileBeyondTwoGibibytes() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Data(), to: "model.onnx")
        #expect(truncate(path, 1 << 31) == 0)
        let error = #expect(throws: ModelError.self) { try Model.load(from: path) }
        #expect(error?.description.contains("2 GiB") == true)
    }

    @Test("Deep nesting is an error, not a crash")
    func deepNestingIsAnErrorNotACrash() throws {
        let folder = try TemporaryFolder()
        // graph -> node -> attribute -> graph -> ...
        for depth in [20, 40, 2000] {
            var graph = WireFormat.string(2, "innermost")
            for _ in 0..<depth { graph = WireFormat.message(1, WireFormat.message(5, WireFormat.message(6, graph))) }
            let path = try folder.write(WireFormat.message(7, graph), to: "model.onnx")
            if depth == 20 {
                let model = try Model.load(from: path)
                #expect(throws: ModelError.self) { try model.opsetVersion }
                #expect(try ParameterCount.of(model.proto) == 0)
                try model.validate()
                #expect(model.proto.graph.allNames.isEmpty)
            } else {
                #expect(throws: ModelError.malformed(path: path, reason: "its messages are nested too deeply")) {
                    try Model.load(from: path)
                }
            }
        }
        let groups = Data(repeating: 0x0b, count: 1_000_000)
        #expect(throws: ModelError.self) { try Model(serialized: groups, folder: nil) }
    }

    @Test("Truncated and altered models")
    func truncatedAndAlteredModels() throws {
        var model = try SmallModels.dense()
        model.proto.graph.node[0].attribute = [.ints("axes", [1, 2]), SmallModels.attribute("body", graph: model.proto.graph)]
        let bytes = try model.serialized()
        for length in 0..<bytes.count { exercise(bytes.prefix(length)) }
        var generator = SplitMix64(state: 1)
        for _ in 0..<2000 {
            var altered = bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                altered[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            exercise(altered)
        }
        for _ in 0..<2000 {
            exercise(Data((0..<Int.random(in: 0...200, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }))
        }
    }

    /// Does with the bytes everything that does not need their meaning; errors are fine.
    private func exercise(_ bytes: Data) {
        guard let model = try? Model(serialized: bytes, folder: nil) else { return }
        #expect((try? model.serialized()) == bytes)
        _ = try? model.opsetVersion
        _ = try? model.validate()
        _ = try? ParameterCount.of(model.proto)
        _ = try? model.inliningExternalData()
        let index = GraphIndex(model)
        for name in model.proto.graph.allNames.sorted() {
            _ = try? index.constant(name)
            _ = index.constantType(name)
            _ = index.consumers(of: name)
        }
        _ = try? index.smallConstants()
        var patch = GraphPatch()
        patch.remove(.index(0))
        patch.removableValues = model.proto.graph.initializer.map(\.name)
        _ = try? patch.apply(to: model)
    }

    @Test("The operator set version")
    func theOperatorSetVersion() throws {
        #expect(try SmallModels.model(SmallModels.graph([]), opset: 7).opsetVersion == 7)
        #expect(throws: ModelError.unsupported(reason: "version 6 of the ONNX operators (opset); 7 and later are supported")) {
            try SmallModels.model(SmallModels.graph([]), opset: 6).opsetVersion
        }
        var model = SmallModels.model(SmallModels.graph([]), opset: 18)
        model.proto.opsetImport[0].domain = "ai.onnx"
        #expect(try model.opsetVersion == 18)
        model.proto.opsetImport[0].domain = "com.example"
        #expect(throws: ModelError.self) { try model.opsetVersion }
        var second = OperatorSetIdProto()
        second.version = 12
        model.proto.opsetImport += [second]
        #expect(try model.opsetVersion == 12)
        model.proto.opsetImport[0].domain = ""
        #expect(throws: ModelError.self) { try model.opsetVersion }
    }
}

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014): the same numbers in every run.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
