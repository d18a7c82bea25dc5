import Foundation
import ONNXModel
import SwiftProtobuf
import OnnxRuntimeEngine
import Tensors
import Testing

@Suite("Sessions")
struct SessionTests {
    @Test("Every element type passes through", arguments: ElementType.allCases)
    func everyElementTypePassesThrough(_ type: ElementType) throws {
        let session = try Session(model: identity(type, ["n", 3]))
        let bytes = (0..<6 * type.byteCount).map { type == .bool ? UInt8($0 % 2) : UInt8(truncatingIfNeeded: 37 &* $0) }
        let x = try Tensor(elementType: type, shape: [2, 3], bytes: bytes)
        #expect(try session.run(["x": x]) == ["y": x])
        #expect(session.inputs.map(\.elementType) == [type])
        #expect(session.outputs.map(\.elementType) == [type])
    }

    @Test("Inputs and outputs are described")
    func inputsAndOutputsAreDescribed() throws {
        let session = try Session(model: arithmetic())
        #expect(session.inputs.map(\.name) == ["a", "b"])
        #expect(session.outputs.map(\.name) == ["sum", "difference"])
        #expect(session.inputs[0].shape == [nil, 3])
        #expect(session.inputs[0].symbols == ["batch", nil])
        #expect(session.inputs[0].typeName == "tensor of float32")
        #expect(session.overridableInitializers.isEmpty)
    }

    @Test("Batches of any length", arguments: [0, 1, 2, 7, 1000])
    func batchesOfAnyLength(_ batch: Int) throws {
        let session = try Session(model: arithmetic())
        let count = batch * 3
        let a = try Tensor(shape: [batch, 3], (0..<count).map { Float($0) })
        let b = try Tensor(shape: [batch, 3], (0..<count).map { Float(2 * $0) })
        let results = try session.run(["a": a, "b": b])
        #expect(results["sum"] == (try Tensor(shape: [batch, 3], (0..<count).map { Float(3 * $0) })))
        #expect(results["difference"] == (try Tensor(shape: [batch, 3], (0..<count).map { 0 - Float($0) })))
    }

    @Test("Scalars and empty axes")
    func scalarsAndEmptyAxes() throws {
        let scalar = Tensor(scalar: Int64(-5))
        #expect(try Session(model: identity(.int64, [])).run(["x": scalar]) == ["y": scalar])
        let empty = try Tensor(shape: [3, 0, 2], [Double]())
        #expect(try Session(model: identity(.float64, ["a", "b", "c"])).run(["x": empty]) == ["y": empty])
    }

    @Test("A thousand inputs")
    func aThousandInputs() throws {
        let names = (0..<1000).map { "x\($0)" }
        let session = try Session(
            model: model(
                [node("Concat", names, ["y"], [.int("axis", 0)])], inputs: names.map { value($0, .int32, [1]) },
                outputs: [value("y", .int32, [1000])]))
        let inputs = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Tensor([Int32($0)])) })
        #expect(try session.run(inputs) == ["y": Tensor((0..<1000).map(Int32.init))])
    }

    @Test("Some outputs only")
    func someOutputsOnly() throws {
        let session = try Session(model: arithmetic())
        let a = try Tensor(shape: [1, 3], [1, 2, 3] as [Float])
        #expect(try session.run(["a": a, "b": a], outputs: ["difference"]).keys.sorted() == ["difference"])
    }

    @Test("Initializers that are inputs may be replaced")
    func initializersThatAreInputsMayBeReplaced() throws {
        let shape: [Axis] = [2]
        let bytes = try model(
            [node("Add", ["x", "bias"], ["y"])], inputs: [value("x", .float32, shape), value("bias", .float32, shape)],
            outputs: [value("y", .float32, shape)], initializers: [TensorProto(name: "bias", Tensor([10, 20] as [Float]))])
        let session = try Session(model: bytes)
        let x = Tensor([1, 2] as [Float])
        #expect(session.inputs.map(\.name) == ["x"])
        #expect(session.overridableInitializers.map(\.name) == ["bias"])
        #expect(try session.run(["x": x])["y"] == Tensor([11, 22] as [Float]))
        #expect(try session.run(["x": x, "bias": x])["y"] == Tensor([2, 4] as [Float]))
    }

    @Test("Free axes can be fixed")
    func freeAxesCanBeFixed() throws {
        let session = try Session(model: arithmetic(), options: SessionOptions(freeDimensions: ["batch": 4]))
        #expect(session.inputs[0].shape == [4, 3])
    }

    @Test("Bytes, data and file give the same session")
    func bytesDataAndFileGiveTheSameSession() throws {
        let bytes = try arithmetic()
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).onnx").path()
        try bytes.write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let sessions = [try Session(model: bytes), try Session(model: Array(bytes)), try Session(path: path)]
        let a = try Tensor(shape: [1, 3], [1, 2, 3] as [Float])
        for session in sessions {
            #expect(session.inputs == sessions[0].inputs)
            #expect(try session.run(["a": a, "b": a])["sum"] == (try Tensor(shape: [1, 3], [2, 4, 6] as [Float])))
        }
    }

    @Test("Options do not change exact results", arguments: SessionOptions.GraphOptimization.allCases, [false, true])
    func optionsDoNotChangeExactResults(_ level: SessionOptions.GraphOptimization, _ flag: Bool) throws {
        var options = SessionOptions(intraOpThreads: flag ? 2 : 1, graphOptimization: level, memoryPattern: flag)
        options.allowSpinning = flag
        let session = try Session(model: arithmetic(), options: options)
        let a = try Tensor(shape: [1, 3], [1, 2, 3] as [Float])
        #expect(try session.run(["a": a, "b": a])["sum"] == (try Tensor(shape: [1, 3], [2, 4, 6] as [Float])))
    }

    @Test("External data is found in the given folder")
    func externalDataIsFoundInTheGivenFolder() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let weight = Tensor((0..<64).map { Float($0) })
        try Data(weight.bytes).write(to: folder.appending(path: "weight.bin"))
        let external = TensorProto.with {
            $0.name = "weight"
            $0.dataType = weight.elementType.rawValue
            $0.dims = [64]
            $0.dataLocation = .external
            $0.externalData = [
                .with {
                    $0.key = "location"
                    $0.value = "weight.bin"
                }
            ]
        }
        let bytes = try model(
            [node("Add", ["x", "weight"], ["y"])], inputs: [value("x", .float32, [64])], outputs: [value("y", .float32, [64])],
            initializers: [external])
        var options = SessionOptions()
        options.externalDataFolder = folder.path()
        let zero = Tensor([Float](repeating: 0, count: 64))
        #expect(try Session(model: bytes, options: options).run(["x": zero])["y"] == weight)
    }
}
