import Foundation
@testable import ONNXModel
import Tensors
import Testing

/// A large file's weights stay in it; here every file counts as large, and every weight of 16 bytes and more.
@Suite("Large models")
struct LargeModelTests {
    private let folder: TemporaryFolder
    private let path: String
    private let whole: Model
    private let large: Model

    /// Weights as exporters write them, and what is not replaced: integers, `float_data`, a scalar, a Constant node's value.
    init() throws {
        var typed = TensorProto()
        (typed.name, typed.dataType, typed.dims, typed.floatData) = ("typed", 1, [4], [1, 2, 3, 4])
        let constant = try SmallModels.node(
            "Constant", [], ["c"], [SmallModels.attribute("value", tensor: SmallModels.floats("", [4]))])
        let model = try SmallModels.model(
            SmallModels.graph(
                initializers: [
                    SmallModels.floats("w", [4, 4]), TensorProto(name: "integers", Tensor([1, 2, 3] as [Int64])), typed,
                    SmallModels.floats("b", [4]), TensorProto(name: "scalar", Tensor(scalar: 1 as Float)),
                    TensorProto(name: "half", Tensor(elementType: .float16, shape: [8], rounding: (0..<8).map(Double.init))),
                ],
                [
                    constant, SmallModels.node("MatMul", ["x", "w"], ["h"], name: "product"),
                    SmallModels.node("Add", ["h", "b"], ["y"], name: "sum"),
                ]))
        folder = try TemporaryFolder()
        path = try folder.write(model.serialized(), to: "model.onnx")
        whole = try Model.load(from: path)
        large = try Model.load(from: path, holding: 0, leaving: 16)
    }

    @Test("Weights stay in the file")
    func weightsStayInTheFile() throws {
        #expect(large.proto.graph.initializer.filter(\.isInOwnFile).map(\.name) == ["w", "b", "half"])
        #expect(!large.isInMemory && large.isLarge && !large.hasExternalData)
        #expect(try large.byteCount == whole.byteCount)
        for tensor in whole.proto.graph.initializer {
            #expect(try large.tensor(named: tensor.name) == whole.tensor(named: tensor.name), "\(tensor.name)")
        }
        #expect(try large.inliningExternalData().proto == whole.proto)
        #expect(try Model.load(from: path, holding: 0, leaving: 1 << 10).isInMemory)
    }

    @Test("Unchanged, it is copied")
    func unchangedItIsCopied() throws {
        try large.save(to: folder.path("copy.onnx"))
        #expect(try folder.read("copy.onnx") == folder.read("model.onnx"))
        #expect(throws: ModelError.self) { try large.save(to: path) }
        #expect(try folder.names == ["copy.onnx", "model.onnx"])
    }

    @Test("Changed, it holds its weights")
    func changedItHoldsItsWeights() throws {
        var changed = large
        changed.proto.producerName = "other"
        changed.proto.graph.initializer.removeLast()
        try changed.save(to: folder.path("out.onnx"))
        #expect(try folder.names == ["model.onnx", "out.onnx"])
        var expected = whole.proto
        expected.producerName = "other"
        expected.graph.initializer.removeLast()
        #expect(try Model.load(from: folder.path("out.onnx")).proto == expected)
    }

    @Test("Beyond two gibibytes, weights move out")
    func beyondTwoGibibytesWeightsMoveOut() throws {
        var changed = large
        changed.proto.producerName = "other"
        try changed.saveWithExternalData(to: folder.path("out.onnx"), inlineLimit: 64, overwrite: true)
        let written = try Model.load(from: folder.path("out.onnx"))
        #expect(written.proto.graph.initializer.filter(\.isExternal).map(\.name) == ["w"])
        #expect(try written.inliningExternalData().proto.graph == whole.proto.graph)
    }

    @Test("Another file in its place is not read")
    func anotherFileInItsPlaceIsNotRead() throws {
        let other = try folder.write(folder.read("model.onnx"), to: "other.onnx")
        #expect(rename(other, path) == 0)
        let error = #expect(throws: ModelError.self) { try large.tensor(named: "w") }
        #expect("\(error as Any)".contains("there is another file"))
    }

    @Test("Only reading makes references")
    func onlyReadingMakesReferences() throws {
        let forged = SmallModels.model(
            SmallModels.graph(initializers: [SmallModels.external("w", [4], [("location", "/"), ("offset", "0"), ("length", "16")])], []))
        let model = try Model.load(from: folder.write(forged.serialized(), to: "forged.onnx"))
        let error = #expect(throws: ModelError.self) { try model.tensor(named: "w") }
        #expect("\(error as Any)".contains("absolute"))
    }

    @Test("Every cut of the file is refused or read")
    func everyCutOfTheFileIsRefusedOrRead() throws {
        let bytes = try folder.read("model.onnx")
        for count in 0..<bytes.count {
            let cut = try folder.write(bytes.prefix(count), to: "cut.onnx")
            let (whole, large) = (try? Model.load(from: cut), try? Model.load(from: cut, holding: 0, leaving: 16))
            #expect(whole?.proto.graph.initializer.count == large?.proto.graph.initializer.count, "\(count)")
        }
    }

    @Test("Small weights are not lent")
    func smallWeightsAreNotLent() throws {
        let lent = try LentWeights(of: large)
        #expect(lent.weights.isEmpty && lent.names.isEmpty)
        #expect(try Model(serialized: lent.model, folder: nil).proto.graph.initializer == whole.proto.graph.initializer)
    }

    /// A model of large tensors at these offsets of one file.
    private func external(at offsets: [Int]) throws -> Model {
        try folder.write(Data(count: 1 << 18), to: "data.bin")
        let tensors = offsets.enumerated().map { number, offset in
            SmallModels.external("t\(number)", [1 << 15], [("location", "data.bin"), ("offset", "\(offset)")])
        }
        return try Model(serialized: SmallModels.model(SmallModels.graph(initializers: tensors, [])).serialized(), folder: folder.path)
    }

    @Test("A piece of a file is read once")
    func aPieceOfAFileIsReadOnce() throws {
        let weights = try LentWeights(of: external(at: [0, 0, 1 << 17])).weights
        let starts = try ["t0", "t1", "t2"].map { try #require(weights[$0]).bytes.baseAddress }
        #expect(starts[0] == starts[1] && starts[0] != starts[2])
    }

    @Test("Overlapping pieces are not read time and again")
    func overlappingPiecesAreNotReadTimeAndAgain() throws {
        let model = try external(at: [0, 4, 8])
        let error = #expect(throws: ModelError.self) { try LentWeights(of: model) }
        #expect("\(error as Any)".contains("overlaps"))
    }
}
