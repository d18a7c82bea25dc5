import Foundation
import ONNXModel
import Testing

/// A model that was not changed is written as it was read, byte for byte.
@Suite("Round trips")
struct RoundTripTests {
    @Test("The onnx package's models", .enabled(if: TestMaterial.hasPython, "needs the onnx package in .deps/venv"))
    func theOnnxPackagesModels() throws {
        let folder = try TestMaterial.runPython(["-c", "import onnx, os; print(os.path.dirname(onnx.__file__))"]) + "/backend/test/data"
        let models = TestMaterial.models(below: folder)
        #expect(models.count > 100)
        #expect(models.contains { $0.contains("/light/") })
        try expectIdentity(models)
    }

    @Test("The onnx package's operator tests", .enabled(if: TestMaterial.hasPython, "needs the onnx package in .deps/venv"))
    func theOnnxPackagesOperatorTests() throws {
        let models = try TestMaterial.operatorTests()
        #expect(models.count > 1000)
        try expectIdentity(models)
    }

    @Test("Real networks", .enabled(if: TestMaterial.hasSharedModels, "needs the shared models"))
    func realNetworks() throws {
        let models = TestMaterial.models(below: TestMaterial.sharedModels)
        #expect(models.count >= 8)
        try expectIdentity(models)
    }

    /// Older models of the same operators, and converted networks: the package libonnx-testdata, which `Scripts/check-conformance` fetches.
    @Test("Debian's test data", .enabled(if: TestMaterial.hasOlderModels, "needs .deps/onnx-testdata: run Scripts/check-conformance"))
    func debiansTestData() throws {
        let models = TestMaterial.models(below: TestMaterial.olderModels)
        #expect(models.count > 1000)
        try expectIdentity(models)
    }

    /// Loaded and saved, as files and in memory.
    private func expectIdentity(_ paths: [String]) throws {
        let folder = try TemporaryFolder()
        for path in paths {
            let model = try Model.load(from: path)
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            if !model.hasExternalData {
                try model.save(to: folder.path("copy.onnx"))
                #expect(try folder.read("copy.onnx") == bytes, "\(path)")
            }
            #expect(try model.serialized() == bytes, "\(path)")
            #expect(try Model(serialized: bytes, folder: nil).serialized() == bytes, "\(path)")
        }
    }

    /// Encodings that are valid protobuf but not what a library writes.
    static let unusual: [(String, Data)] = {
        let opset = WireFormat.message(8, WireFormat.integer(2, 17))
        let unknown = WireFormat.string(900, "unknown") + WireFormat.integer(901, 7) + WireFormat.group(902, WireFormat.integer(1, 1))
        let packedInts = WireFormat.message(
            5, WireFormat.string(1, "axes"), WireFormat.message(8, WireFormat.varint(3) + WireFormat.varint(4)))
        let dims = WireFormat.message(1, WireFormat.varint(2))
        let unpackedFloats = Data([0x25, 0, 0, 0x80, 0x3f, 0x25, 0, 0, 0, 0x40])
        return [
            ("graph before version", WireFormat.message(7, WireFormat.string(2, "g")) + WireFormat.integer(1, 8) + opset),
            ("packed attribute", WireFormat.integer(1, 8) + WireFormat.message(7, WireFormat.message(1, packedInts)) + opset),
            (
                "packed dims, unpacked data",
                WireFormat.message(7, WireFormat.message(5, dims, WireFormat.integer(2, 1), unpackedFloats, WireFormat.string(8, "w")))
            ),
            ("graph in two parts", WireFormat.message(7, WireFormat.string(2, "g")) + WireFormat.message(7, WireFormat.string(10, "text"))),
            ("long varint", WireFormat.message(7) + Data([0x08, 0x88, 0x80, 0x00])),
            ("field given twice", WireFormat.integer(1, 3) + WireFormat.integer(1, 8) + WireFormat.message(7)),
            (
                "unknown fields first, at every depth",
                unknown
                    + WireFormat.message(
                        7, unknown, WireFormat.message(1, unknown, WireFormat.message(5, unknown, WireFormat.string(1, "a"))))
            ),
            (
                "unknown enumeration value",
                WireFormat.message(7, WireFormat.message(5, WireFormat.integer(14, 9), WireFormat.string(8, "w")))
            ),
            (
                "training, functions, sparse",
                WireFormat.message(25, WireFormat.string(10, "d"), WireFormat.string(1, "f"))
                    + WireFormat.message(20, WireFormat.message(1, WireFormat.string(2, "init")))
                    + WireFormat.message(
                        7, WireFormat.message(15, WireFormat.integer(3, 4), WireFormat.message(1, WireFormat.integer(2, 1))))
            ),
        ]
    }()

    @Test("Unusual encodings", arguments: unusual)
    func unusualEncodings(name: String, bytes: Data) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, to: "model.onnx")
        let model = try Model.load(from: path)
        #expect(try model.serialized() == bytes)
        #expect(try Model(serialized: bytes, folder: nil).serialized() == bytes)
        try model.save(to: folder.path("copy.onnx"))
        #expect(try folder.read("copy.onnx") == bytes)
    }

    @Test("Unusual encodings are really unusual")
    func unusualEncodingsAreReallyUnusual() throws {
        for (name, bytes) in RoundTripTests.unusual {
            #expect(try Model(proto: Model(serialized: bytes, folder: nil).proto).serialized() != bytes, "\(name)")
        }
    }

    @Test("A change shows and unknown fields stay")
    func aChangeShowsAndUnknownFieldsStay() throws {
        let bytes = WireFormat.string(900, "unknown") + WireFormat.message(7, WireFormat.string(2, "g"))
        var model = try Model(serialized: bytes, folder: nil)
        model.proto.producerName = "changed"
        let written = try model.serialized()
        #expect(written != bytes)
        let again = try Model(serialized: written, folder: nil)
        #expect(again.proto.producerName == "changed")
        #expect(written.range(of: Data("unknown".utf8)) != nil)
    }
}
