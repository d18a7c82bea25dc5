import Foundation
import ONNXModel
import Tensors
import Testing

/// External data is read from the model's folder and from nowhere else.
@Suite("External data")
struct ExternalDataTests {
    /// A folder `models` with a data file, beside a secret that no model may reach.
    private let folder: TemporaryFolder
    private let models: String

    init() throws {
        folder = try TemporaryFolder()
        models = folder.path("models")
        try folder.write(Data(count: 16), to: "secret.bin")
        try folder.write(Data((0..<64).map { UInt8($0) }), to: "models/data.bin")
        try folder.write(Data((0..<64).map { UInt8($0) }), to: "models/sub/data.bin")
    }

    private func read(_ entries: [(String, String)], shape: [Int64] = [4]) throws -> Tensor {
        let tensor = SmallModels.external("t", shape, entries)
        return try Model(proto: ModelProto(), folder: models).tensor(tensor)
    }

    private func expectRefused(
        _ entries: [(String, String)], shape: [Int64] = [4], _ part: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: ModelError.self, sourceLocation: sourceLocation) { try read(entries, shape: shape) }
        guard case .externalData(tensor: "t", _, let reason)? = error else {
            Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
            return
        }
        #expect(part.isEmpty || reason.contains(part), "\(reason)", sourceLocation: sourceLocation)
    }

    @Test("Ranges of a file")
    func rangesOfAFile() throws {
        #expect(try read([("location", "data.bin")]).bytes == (0..<16).map { UInt8($0) })
        #expect(try read([("location", "data.bin"), ("offset", "48"), ("length", "16")]).bytes == (48..<64).map { UInt8($0) })
        #expect(try read([("location", "./sub//data.bin"), ("checksum", "anything"), ("length", "16")]).shape == [4])
        #expect(try read([("location", "data.bin"), ("offset", "64")], shape: [0]).elementCount == 0)
    }

    @Test("Paths that leave the folder")
    func pathsThatLeaveTheFolder() throws {
        for location in [
            "../secret.bin", "sub/../../secret.bin", "a/../../b", "..", "sub/..", "./../secret.bin", "sub/../data.bin",
            "none/../../secret.bin",
            "../models/data.bin", "sub/.././../secret.bin",
        ] {
            expectRefused([("location", location)], "'..'")
        }
        for location in [folder.path("secret.bin"), models + "/data.bin", "/etc/passwd", "//etc/passwd", "/"] {
            expectRefused([("location", location)], "absolute")
        }
        for location in ["", ".", "./", "././."] { expectRefused([("location", location)], "empty") }
        expectRefused([], "empty")
        expectRefused([("location", "data.bin\0.txt")], "null byte")
        expectRefused([("location", "..\0")], "null byte")
    }

    /// A model must not learn from the error whether a file outside its folder exists.
    @Test("Refusal does not tell what exists")
    func refusalDoesNotTellWhatExists() throws {
        func reason(_ location: String) -> String? {
            guard
                case .externalData(_, _, let reason) = #expect(throws: ModelError.self, performing: { try read([("location", location)]) })
            else { return nil }
            return reason
        }
        #expect(reason("../secret.bin") == reason("../nothing.bin"))
        #expect(reason(folder.path("secret.bin")) == reason(folder.path("nothing.bin")))
        #expect(try FileManager.default.createSymbolicLink(atPath: models + "/there", withDestinationPath: "../secret.bin") == ())
        #expect(try FileManager.default.createSymbolicLink(atPath: models + "/not-there", withDestinationPath: "../nothing.bin") == ())
        #expect(reason("there") == reason("not-there"))
    }

    @Test("Links")
    func links() throws {
        let files = FileManager.default
        try files.createSymbolicLink(atPath: models + "/link.bin", withDestinationPath: "../secret.bin")
        try files.createSymbolicLink(atPath: models + "/inside.bin", withDestinationPath: "data.bin")
        try files.createSymbolicLink(atPath: models + "/up", withDestinationPath: "..")
        try files.createSymbolicLink(atPath: models + "/root", withDestinationPath: "/")
        for location in ["link.bin", "inside.bin", "up/secret.bin", "root/etc/passwd"] {
            expectRefused([("location", location)], "symbolic link")
        }
        try files.linkItem(atPath: folder.path("secret.bin"), toPath: models + "/hard.bin")
        expectRefused([("location", "hard.bin")], "hard links")
    }

    @Test("Files that are none", .timeLimit(.minutes(10)))
    func filesThatAreNone() throws {
        #expect(mkfifo(models + "/fifo", 0o600) == 0)
        expectRefused([("location", "fifo")], "not a regular file")
        expectRefused([("location", "sub")], "not a regular file")
        expectRefused([("location", "nothing.bin")], "No such file")
        expectRefused([("location", "data.bin/x")], "")
        expectRefused([("location", String(repeating: "a", count: 5000))], "too long")
    }

    @Test("Ranges that do not fit")
    func rangesThatDoNotFit() {
        let file = ("location", "data.bin")
        expectRefused([file, ("offset", "-1")], "'-1' is not a possible offset")
        expectRefused([file, ("length", "-16")], "not a possible length")
        expectRefused([file, ("offset", "99999999999999999999")], "not a possible offset")
        expectRefused([file, ("offset", "sixteen")], "not a possible offset")
        expectRefused([file, ("length", "15")], "its length is 15 bytes, but the tensor's type and shape take 16")
        expectRefused([file, ("offset", "49")], "not within the file's 64")
        expectRefused([file, ("offset", "\(Int.max)")], "not within")
        expectRefused([file], shape: [1 << 50], "not within")
        expectRefused([file, file], "given twice")
    }

    @Test("Impossible tensors")
    func impossibleTensors() {
        for shape: [Int64] in [[-4], [.max, .max], [1 << 61]] {
            let error = #expect(throws: ModelError.self) { try read([("location", "data.bin")], shape: shape) }
            guard case .invalidTensor? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test("More than memory holds")
    func moreThanMemoryHolds() throws {
        let path = try folder.write(Data(), to: "models/holes.bin")
        // Where the file system has no such files, there is nothing to refuse.
        guard truncate(path, 1 << 42) == 0 else { return }
        expectRefused([("location", "holes.bin")], shape: [1 << 40], "memory")
    }

    @Test("A model without a folder")
    func aModelWithoutAFolder() {
        let tensor = SmallModels.external("t", [4], [("location", "data.bin")])
        #expect(throws: ModelError.self) { try Model(proto: ModelProto()).tensor(tensor) }
    }

    // MARK: Inlining

    /// External tensors in an initializer, a Constant node, a subgraph, a function and a sparse tensor.
    static func everywhere() -> Model {
        func tensor(_ name: String, at offset: Int) -> TensorProto {
            SmallModels.external(name, [4], [("location", "data.bin"), ("offset", "\(offset)"), ("length", "16")])
        }
        let constant = SmallModels.node("Constant", [], ["c"], [SmallModels.attribute("value", tensor: tensor("", at: 16))])
        let branch = SmallModels.graph(
            inputs: [], initializers: [tensor("inner", at: 32)], [SmallModels.node("Identity", ["inner"], ["y"])])
        let choice = SmallModels.node("If", ["x"], ["y"], [SmallModels.attribute("then_branch", graph: branch)])
        var model = SmallModels.model(SmallModels.graph(initializers: [tensor("w", at: 0), tensor("w2", at: 0)], [constant, choice]))
        var function = FunctionProto()
        function.name = "f"
        function.node = [constant]
        model.proto.functions = [function]
        var sparse = SparseTensorProto()
        sparse.values = tensor("sparse", at: 48)
        model.proto.graph.sparseInitializer = [sparse]
        return model
    }

    @Test("Inlining reads everything")
    func inliningReadsEverything() throws {
        let source = try ExternalDataTests.everywhere().serialized()
        let model = try Model(serialized: source, folder: models)
        #expect(model.hasExternalData)
        let inlined = try model.inliningExternalData()
        #expect(!inlined.hasExternalData)
        #expect(inlined.proto.graph.initializer[0].rawData == Data(0..<16))
        #expect(inlined.proto.graph.node[0].attribute[0].t.rawData == Data(16..<32))
        #expect(inlined.proto.graph.node[1].attribute[0].g.initializer[0].rawData == Data(32..<48))
        #expect(inlined.proto.functions[0].node[0].attribute[0].t.rawData == Data(16..<32))
        #expect(inlined.proto.graph.sparseInitializer[0].values.rawData == Data(48..<64))
        #expect(inlined.proto.graph.initializer[0].externalData.isEmpty)
        // Without a folder it reads back from its own bytes.
        #expect(try Model(serialized: inlined.serialized(), folder: nil).tensor(named: "w") == model.tensor(named: "w"))
    }

    @Test("Inlining stops at two gibibytes before reading")
    func inliningStopsAtTwoGibibytesBeforeReading() throws {
        var model = Model(proto: ModelProto(), folder: models)
        for index in 0..<3 {
            model.proto.graph.initializer.append(SmallModels.external("t\(index)", [1 << 28], [("location", "nothing.bin")]))
        }
        #expect(throws: ModelError.tooLarge) { try model.inliningExternalData() }
    }

    @Test("A model without external data stays as it is")
    func aModelWithoutExternalDataStaysAsItIs() throws {
        let bytes = RoundTripTests.unusual[0].1
        #expect(try Model(serialized: bytes, folder: nil).inliningExternalData().serialized() == bytes)
    }
}
