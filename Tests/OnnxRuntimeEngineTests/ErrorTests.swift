import Foundation
import ONNXModel
import SwiftProtobuf
import OnnxRuntimeEngine
import Tensors
import Testing

@Suite("Errors of the runtime")
struct ErrorTests {
    private let row = Tensor([1, 2, 3] as [Float])

    private func matrix(_ shape: [Int]) throws -> Tensor {
        try Tensor(shape: shape, [Float](repeating: 1, count: shape.reduce(1, *)))
    }

    @Test("Missing inputs are named")
    func missingInputsAreNamed() throws {
        let session = try Session(model: arithmetic())
        #expect(throws: EngineError.missingInputs(["b"])) { try session.run(["a": matrix([1, 3])]) }
        let error = #expect(throws: EngineError.self) { try session.run([:]) }
        #expect(error?.description == #"the model needs inputs "a", "b""#)
    }

    @Test("Unknown names are named")
    func unknownNamesAreNamed() throws {
        let session = try Session(model: arithmetic())
        let a = try matrix([1, 3])
        #expect(throws: EngineError.unknownInputs(["c", "d"], known: ["a", "b"])) { try session.run(["a": a, "b": a, "d": a, "c": a]) }
        #expect(throws: EngineError.unknownOutputs(["product"], known: ["sum", "difference"])) {
            try session.run(["a": a, "b": a], outputs: ["sum", "product"])
        }
    }

    @Test("Wrong element types are named")
    func wrongElementTypesAreNamed() throws {
        let session = try Session(model: arithmetic())
        let a = try matrix([1, 3])
        let error = #expect(throws: EngineError.self) { try session.run(["a": a, "b": Tensor([1, 2, 3] as [Int32])]) }
        #expect(error?.description == #"input "b" takes a tensor of float32, but is given a tensor of int32"#)
    }

    @Test("Wrong shapes are named", arguments: [[2, 4], [3], [1, 3, 1]])
    func wrongShapesAreNamed(_ shape: [Int]) throws {
        let session = try Session(model: arithmetic())
        let error = #expect(throws: EngineError.self) { try session.run(["a": matrix([2, 3]), "b": matrix(shape)]) }
        guard case .runtime(.invalidArgument, let message) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(message.contains("input: b"))
        #expect(!message.contains("\n"))
    }

    /// 2^47 numbers are more than an address space holds.
    @Test("A lack of memory is no fault of the model's")
    func aLackOfMemoryIsNoFaultOfTheModels() throws {
        let session = try Session(
            model: model(
                [node("Expand", ["x", "shape"], ["y"])], inputs: [value("x", .float32, [1]), value("shape", .int64, [1])],
                outputs: [value("y", .float32, ["n"])]))
        let error = #expect(throws: EngineError.self) {
            try session.run(["x": Tensor([1] as [Float]), "shape": Tensor([1 << 47] as [Int64])])
        }
        guard case .outOfMemory = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try #require(error).description.hasPrefix("out of memory: ONNX Runtime: "))
    }

    @Test("Failures within the graph name the node")
    func failuresWithinTheGraphNameTheNode() throws {
        let multiply = NodeProto.with {
            $0.name = "the-product"
            $0.opType = "MatMul"
            $0.input = ["a", "b"]
            $0.output = ["y"]
        }
        let session = try Session(
            model: model(
                [multiply], inputs: [value("a", .float32, ["m", "k"]), value("b", .float32, ["l", "n"])],
                outputs: [value("y", .float32, ["m", "n"])]))
        let error = #expect(throws: EngineError.self) { try session.run(["a": matrix([2, 3]), "b": matrix([4, 5])]) }
        #expect(error?.description.contains("the-product") == true)
        #expect(error?.description.contains("\n") == false)
    }

    @Test("Bytes that are no model")
    func bytesThatAreNoModel() throws {
        let bytes = try arithmetic()
        #expect(throws: EngineError.self) { try Session(model: Data()) }
        #expect(throws: EngineError.self) { try Session(model: [UInt8]()) }
        let error = #expect(throws: EngineError.self) { try Session(model: Data("this is not a model".utf8)) }
        guard case .runtime(.invalidProtobuf, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        for length in stride(from: 1, to: bytes.count, by: 7) {
            #expect(throws: EngineError.self) { try Session(model: bytes.prefix(length)) }
        }
    }

    /// Any session or error will do; what must not happen is a crash.
    @Test("Damaged models")
    func damagedModels() throws {
        let bytes = try Array(arithmetic())
        for index in bytes.indices {
            for damage: UInt8 in [1, 0x80, 0xff] {
                var damaged = bytes
                damaged[index] ^= damage
                do {
                    _ = try Session(model: damaged)
                } catch {
                    #expect(!error.description.contains("\n"))
                }
            }
        }
    }

    @Test("Models that make no sense")
    func modelsThatMakeNoSense() throws {
        let x = value("x", .float32, [2])
        let y = value("y", .float32, [2])
        #expect(throws: EngineError.self) { try Session(model: model([node("NoSuchOperator", ["x"], ["y"])], inputs: [x], outputs: [y])) }
        #expect(throws: EngineError.self) { try Session(model: model([node("Relu", ["z"], ["y"])], inputs: [x], outputs: [y])) }
        #expect(throws: EngineError.self) {
            try Session(model: model([node("Relu", ["x"], ["y"])], inputs: [x], outputs: [y], opset: 999))
        }
    }

    @Test("A file that is not there")
    func aFileThatIsNotThere() throws {
        let error = #expect(throws: EngineError.self) { try Session(path: "/no/such/model.onnx") }
        guard case .runtime(.noSuchFile, let message) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(message.contains("/no/such/model.onnx"))
    }

    @Test("Impossible thread counts")
    func impossibleThreadCounts() throws {
        for threads in [-1, Int.max, Int.min] {
            #expect(throws: EngineError.self) { try Session(model: arithmetic(), options: SessionOptions(intraOpThreads: threads)) }
        }
    }

    @Test("String outputs are refused by name")
    func stringOutputsAreRefusedByName() throws {
        let strings = TensorProto.with {
            $0.dataType = 8
            $0.dims = [1]
            $0.stringData = [Data("a".utf8)]
        }
        let attribute = AttributeProto.with {
            $0.name = "value"
            $0.type = .tensor
            $0.t = strings
        }
        let session = try Session(
            model: model([node("Constant", [], ["words"], [attribute])], inputs: [], outputs: [value("words", 8, [1])]))
        #expect(session.outputs[0].elementType == nil)
        #expect(throws: EngineError.unsupportedOutput(name: "words", type: "tensor of strings")) { try session.run([:]) }
    }

    @Test("Sequence outputs are refused by name")
    func sequenceOutputsAreRefusedByName() throws {
        let parts = ValueInfoProto.with {
            $0.name = "parts"
            $0.type.sequenceType.elemType.tensorType.elemType = ElementType.float32.rawValue
        }
        let session = try Session(
            model: model([node("SequenceConstruct", ["x"], ["parts"])], inputs: [value("x", .float32, [3])], outputs: [parts]))
        #expect(session.outputs[0].typeName == "sequence")
        #expect(throws: EngineError.unsupportedOutput(name: "parts", type: "sequence")) { try session.run(["x": row]) }
    }

    @Test("Sequence inputs are refused by name")
    func sequenceInputsAreRefusedByName() throws {
        let parts = ValueInfoProto.with {
            $0.name = "parts"
            $0.type.sequenceType.elemType.tensorType.elemType = ElementType.float32.rawValue
        }
        let session = try Session(
            model: model([node("SequenceLength", ["parts"], ["count"])], inputs: [parts], outputs: [value("count", .int64, [])]))
        #expect(throws: EngineError.inputType(name: "parts", expected: "sequence", actual: .float32)) { try session.run(["parts": row]) }
    }
}
