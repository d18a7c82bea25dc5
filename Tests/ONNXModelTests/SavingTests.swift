import Foundation
@testable import ONNXModel
import Tensors
import Testing

/// A saved model is complete, or nothing changed.
@Suite("Saving")
struct SavingTests {
    private let folder: TemporaryFolder
    private let input: String
    private let model: Model

    init() throws {
        folder = try TemporaryFolder()
        input = try folder.write(SmallModels.dense().serialized(), to: "model.onnx")
        model = try Model.load(from: input)
    }

    private func expectRefused(
        _ path: String, _ part: String = "", overwrite: Bool = true, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try snapshot()
        let error = #expect(throws: ModelError.self, sourceLocation: sourceLocation) { try model.save(to: path, overwrite: overwrite) }
        // What saving would refuse can be known before.
        let early = #expect(throws: ModelError.self, sourceLocation: sourceLocation) {
            try model.checkDestination(path, overwrite: overwrite)
        }
        #expect(early?.category == .cannotWrite, sourceLocation: sourceLocation)
        #expect(part.isEmpty || early.map { "\($0)" }?.contains(part) == true, sourceLocation: sourceLocation)
        guard case .cannotWrite(path, let reason)? = error else {
            Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
            return
        }
        #expect(part.isEmpty || reason.contains(part), "\(reason)", sourceLocation: sourceLocation)
        #expect(error?.category == .cannotWrite, sourceLocation: sourceLocation)
        #expect(try snapshot() == before, sourceLocation: sourceLocation)
    }

    /// Names and content of all files.
    private func snapshot() throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try folder.names { files[name] = (try? folder.read(name)) ?? Data() }
        return files
    }

    @Test("Writes and overwrites")
    func writesAndOverwrites() throws {
        try model.checkDestination(folder.path("out.onnx"))
        #expect(try folder.names == ["model.onnx"])
        try model.save(to: folder.path("out.onnx"))
        #expect(try folder.read("out.onnx") == folder.read("model.onnx"))
        var other = model
        other.proto.producerName = "other"
        try other.save(to: folder.path("out.onnx"))
        #expect(try Model.load(from: folder.path("out.onnx")).proto.producerName == "other")
        #expect(try folder.names == ["model.onnx", "out.onnx"])
        try expectRefused(folder.path("out.onnx"), "exists", overwrite: false)
    }

    @Test("Never the input")
    func neverTheInput() throws {
        try expectRefused(input, "read from this file")
        try expectRefused(folder.path + "/../" + (folder.path as NSString).lastPathComponent + "/model.onnx", "read from this file")
        try FileManager.default.createSymbolicLink(atPath: folder.path("link.onnx"), withDestinationPath: "model.onnx")
        try expectRefused(folder.path("link.onnx"), "read from this file")
        try FileManager.default.linkItem(atPath: input, toPath: folder.path("hard.onnx"))
        try expectRefused(folder.path("hard.onnx"), "read from this file")
        // Also when a new file took the input's place in the meantime, and when the input moved elsewhere.
        try FileManager.default.moveItem(atPath: input, toPath: folder.path("moved.onnx"))
        try folder.write(Data([1, 2, 3]), to: "model.onnx")
        try expectRefused(input, "read from this file")
        try expectRefused(folder.path("moved.onnx"), "read from this file")
    }

    @Test("A changed model knows its input as well")
    func aChangedModelKnowsItsInputAsWell() throws {
        var patch = GraphPatch()
        patch.metadata = ["key": "value"]
        let changed = try patch.apply(to: model.inliningExternalData())
        #expect(throws: ModelError.self) { try changed.save(to: input) }
        #expect(try folder.read("model.onnx") == model.serialized())
    }

    @Test("Only regular files")
    func onlyRegularFiles() throws {
        try folder.write(Data([1]), to: "other.onnx")
        try FileManager.default.createSymbolicLink(atPath: folder.path("link.onnx"), withDestinationPath: "other.onnx")
        try FileManager.default.createSymbolicLink(atPath: folder.path("dangling.onnx"), withDestinationPath: "none.onnx")
        try expectRefused(folder.path("link.onnx"), "symbolic link")
        try expectRefused(folder.path("dangling.onnx"), "symbolic link")
        #expect(mkfifo(folder.path("fifo"), 0o600) == 0)
        try expectRefused("/dev/null", "not a file")
        let error = #expect(throws: ModelError.self) { try model.save(to: folder.path("fifo")) }
        #expect(error?.category == .cannotWrite)
    }

    @Test("Folders that are none")
    func foldersThatAreNone() throws {
        try expectRefused(folder.path, "folder")
        try expectRefused(folder.path("none/out.onnx"), "No such file")
        try expectRefused(folder.path("model.onnx/out.onnx"), "Not a directory")
        try expectRefused(folder.path("out/"), "names a folder")
        try expectRefused("", "not a possible path")
        try expectRefused(folder.path("out\0.onnx"), "not a possible path")
        try expectRefused(folder.path(String(repeating: "a", count: 300)), "too long")
    }

    @Test("A folder without permission", .enabled(if: geteuid() != 0, "the superuser may write everywhere"))
    func aFolderWithoutPermission() throws {
        #expect(chmod(folder.path, 0o500) == 0)
        defer { chmod(folder.path, 0o700) }
        try expectRefused(folder.path("out.onnx"), "ermission denied")
    }

    #if os(Linux)
        @Test("A file system that takes no files")
        func aFileSystemThatTakesNoFiles() throws {
            // Nobody may say so before.
            let error = #expect(throws: ModelError.self) { try model.save(to: "/proc/out.onnx") }
            #expect(error?.category == .cannotWrite)
        }
    #endif

    // MARK: External data

    private func externalModel() throws -> Model {
        try folder.write(Data((0..<64).map { UInt8($0) }), to: "data.bin")
        return try Model.load(from: folder.write(ExternalDataTests.everywhere().serialized(), to: "external.onnx"))
    }

    @Test("External data goes beside the output")
    func externalDataGoesBesideTheOutput() throws {
        let model = try externalModel()
        try FileManager.default.createDirectory(atPath: folder.path("out"), withIntermediateDirectories: false)
        try model.save(to: folder.path("out/copy.onnx"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("out")).sorted() == ["copy.onnx", "copy.onnx.data"])
        let copy = try Model.load(from: folder.path("out/copy.onnx"))
        for tensor in copy.proto.graph.initializer {
            #expect(tensor.externalData.value(of: "location") == "copy.onnx.data")
            #expect(Int(tensor.externalData.value(of: "offset") ?? "")?.isMultiple(of: 64) == true)
        }
        // Both tensors share one piece of the file, before and after.
        #expect(copy.proto.graph.initializer[0].externalData == copy.proto.graph.initializer[1].externalData)
        #expect(try copy.inliningExternalData().proto == model.inliningExternalData().proto)
        // Again over itself, from the original.
        try model.save(to: folder.path("out/copy.onnx"))
        #expect(try copy.inliningExternalData().proto == model.inliningExternalData().proto)
    }

    @Test("External data is never written over")
    func externalDataIsNeverWrittenOver() throws {
        try folder.write(Data((0..<64).map { UInt8($0) }), to: "out.onnx.data")
        var proto = ExternalDataTests.everywhere().proto
        proto.graph.initializer[0].externalData[0].value = "out.onnx.data"
        let path = try folder.write(Model(proto: proto).serialized(), to: "external.onnx")
        try folder.write(Data((0..<64).map { UInt8($0) }), to: "data.bin")
        let model = try Model.load(from: path)
        let before = try snapshot()
        for name in ["out.onnx", "data.bin", "out.onnx.data"] {
            let error = #expect(throws: ModelError.self) { try model.save(to: folder.path(name)) }
            #expect(error?.category == .cannotWrite)
        }
        // Also when nothing of the changed model is external any more.
        let inlined = try model.inliningExternalData()
        #expect(throws: ModelError.self) { try inlined.save(to: folder.path("data.bin")) }
        #expect(try snapshot() == before)
    }

    @Test("Nothing is left when external data is broken")
    func nothingIsLeftWhenExternalDataIsBroken() throws {
        let model = try externalModel()
        try folder.write(Data(count: 60), to: "data.bin")
        let before = try snapshot()
        #expect(throws: ModelError.self) { try model.save(to: folder.path("copy.onnx")) }
        #expect(try snapshot() == before)
    }

    @Test("Overlapping pieces do not fill the disk")
    func overlappingPiecesDoNotFillTheDisk() throws {
        try folder.write(Data(count: 64), to: "data.bin")
        let tensors = (0..<8).map { index in
            SmallModels.external("t\(index)", [12], [("location", "data.bin"), ("offset", "\(index)"), ("length", "48")])
        }
        let model = Model(proto: SmallModels.model(SmallModels.graph(initializers: tensors, [])).proto, folder: folder.path)
        let error = #expect(throws: ModelError.self) { try model.save(to: folder.path("copy.onnx")) }
        #expect(error?.description.contains("overlaps") == true)
        #expect(try folder.names == ["data.bin", "model.onnx"])
    }

    /// What happens above 2 GiB, at a smaller limit.
    @Test("Stored tensors move out where the file would be too large")
    func storedTensorsMoveOutWhereTheFileWouldBeTooLarge() throws {
        try model.saveWithExternalData(to: folder.path("out.onnx"), inlineLimit: 17, overwrite: true)
        let result = try Model.load(from: folder.path("out.onnx"))
        #expect(result.proto.graph.initializer.map(\.isExternal) == [true, false])
        #expect(try folder.read("out.onnx.data").count == 64)
        #expect(try result.inliningExternalData().serialized() == model.serialized())
    }

    @Test("The onnx package reads what was written", .enabled(if: TestMaterial.hasPython, "needs the onnx package in .deps/venv"))
    func theOnnxPackageReadsWhatWasWritten() throws {
        let program = """
            import sys, numpy as np, onnx
            from onnx import helper, numpy_helper
            w = numpy_helper.from_array(np.arange(65536, dtype=np.float32).reshape(256, 256), "w")
            graph = helper.make_graph([helper.make_node("MatMul", ["x", "w"], ["y"])], "g",
                [helper.make_tensor_value_info("x", 1, [1, 256])], [helper.make_tensor_value_info("y", 1, [1, 256])], [w])
            onnx.save(helper.make_model(graph), sys.argv[1], save_as_external_data=True, location="weights.bin", size_threshold=0)
            """
        _ = try TestMaterial.runPython(["-c", program, folder.path("big.onnx")])
        let model = try Model.load(from: folder.path("big.onnx"))
        #expect(model.hasExternalData)
        try model.save(to: folder.path("copy.onnx"))
        let check = """
            import sys, numpy as np, onnx
            from onnx import numpy_helper
            onnx.checker.check_model(sys.argv[1], full_check=True)
            w = numpy_helper.to_array(onnx.load(sys.argv[1]).graph.initializer[0])
            print((w == np.arange(65536).reshape(256, 256)).all())
            """
        #expect(try TestMaterial.runPython(["-c", check, folder.path("copy.onnx")]) == "True")
    }
}
