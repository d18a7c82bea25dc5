import Foundation
import ONNXModel
import Tensors
import Testing

@Suite("Decoded tensors")
struct TensorDecodingTests {
    private func proto(_ type: ElementType, _ shape: [Int64]) -> TensorProto {
        var proto = TensorProto()
        proto.name = "t"
        proto.dataType = type.rawValue
        proto.dims = shape
        return proto
    }

    private func decode(_ proto: TensorProto) throws -> Tensor { try Model(proto: ModelProto()).tensor(proto) }

    private func expectInvalid(_ proto: TensorProto, _ part: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let error = #expect(throws: ModelError.self, sourceLocation: sourceLocation) { try decode(proto) }
        #expect(error?.description.contains("'t'") == true, sourceLocation: sourceLocation)
        #expect(error?.description.contains(part) == true, "\(error.map(String.init(describing:)) ?? "")", sourceLocation: sourceLocation)
    }

    @Test("Raw data")
    func rawData() throws {
        for type in ElementType.allCases {
            var proto = proto(type, [2, 3])
            let bytes = (0..<6 * type.byteCount).map { type == .bool ? UInt8($0 % 2) : UInt8($0) }
            proto.rawData = Data(bytes)
            #expect(try decode(proto) == Tensor(elementType: type, shape: [2, 3], bytes: bytes))
            proto.rawData = Data(bytes.dropLast())
            expectInvalid(proto, "takes \(6 * type.byteCount) bytes, but raw_data has \(6 * type.byteCount - 1)")
        }
    }

    @Test("Typed fields")
    func typedFields() throws {
        var tensor = proto(.float32, [2])
        tensor.floatData = [1.5, -2]
        #expect(try decode(tensor) == Tensor([1.5, -2] as [Float]))
        tensor = proto(.float64, [2])
        tensor.doubleData = [1.5, -2]
        #expect(try decode(tensor) == Tensor([1.5, -2] as [Double]))
        tensor = proto(.int64, [2])
        tensor.int64Data = [.min, .max]
        #expect(try decode(tensor) == Tensor([Int64.min, .max]))
        tensor = proto(.int32, [2])
        tensor.int32Data = [.min, .max]
        #expect(try decode(tensor) == Tensor([Int32.min, .max]))
        tensor = proto(.uint64, [2])
        tensor.uint64Data = [0, .max]
        #expect(try decode(tensor) == Tensor([0, UInt64.max]))
        tensor = proto(.uint32, [2])
        tensor.uint64Data = [0, UInt64(UInt32.max)]
        #expect(try decode(tensor) == Tensor([0, UInt32.max]))
    }

    @Test("Elements packed into int32")
    func elementsPackedIntoInt32() throws {
        var tensor = proto(.int8, [3])
        tensor.int32Data = [-128, 127, -1]
        #expect(try decode(tensor) == Tensor([-128, 127, -1] as [Int8]))
        tensor = proto(.uint8, [2])
        tensor.int32Data = [0, 255]
        #expect(try decode(tensor) == Tensor([0, 255] as [UInt8]))
        tensor = proto(.int16, [2])
        tensor.int32Data = [-32768, 32767]
        #expect(try decode(tensor) == Tensor([-32768, 32767] as [Int16]))
        tensor = proto(.uint16, [1])
        tensor.int32Data = [65535]
        #expect(try decode(tensor) == Tensor([65535] as [UInt16]))
        tensor = proto(.bool, [3])
        tensor.int32Data = [0, 1, 1]
        #expect(try decode(tensor) == Tensor([false, true, true]))
        for type in [ElementType.float16, .bfloat16] {
            tensor = proto(type, [2])
            tensor.int32Data = [0x3c00, 0xbc00]
            #expect(try decode(tensor).bytes == [0x00, 0x3c, 0x00, 0xbc])
        }
    }

    @Test("Values that do not fit their elements")
    func valuesThatDoNotFitTheirElements() {
        for (type, value) in [
            (ElementType.uint8, 256), (.int8, -129), (.uint16, 65536), (.int16, -32769), (.float16, 65536), (.bool, Int32.min),
            (.uint8, Int32.max),
        ] {
            var tensor = proto(type, [1])
            tensor.int32Data = [value]
            expectInvalid(tensor, "does not fit")
        }
        var tensor = proto(.uint32, [1])
        tensor.uint64Data = [1 << 32]
        expectInvalid(tensor, "does not fit")
    }

    @Test("Any true byte is true")
    func anyTrueByteIsTrue() throws {
        var tensor = proto(.bool, [3])
        tensor.rawData = Data([0, 2, 255])
        #expect(try decode(tensor) == Tensor([false, true, true]))
    }

    @Test("Scalars and empty tensors")
    func scalarsAndEmptyTensors() throws {
        var tensor = proto(.float32, [])
        tensor.floatData = [3]
        #expect(try decode(tensor) == Tensor(scalar: 3 as Float))
        #expect(try decode(proto(.float32, [0, 5])).elementCount == 0)
        expectInvalid(proto(.float32, []), "takes 1 entries of float_data, but there are 0")
    }

    @Test("Impossible shapes")
    func impossibleShapes() {
        expectInvalid(proto(.float32, [-1]), "negative")
        expectInvalid(proto(.float32, [.max, 2]), "more elements")
        expectInvalid(proto(.float32, [1 << 40, 1 << 40]), "more elements")
        expectInvalid(proto(.float32, [1 << 40]), "takes 1099511627776 entries of float_data, but there are 0")
        var tensor = proto(.float64, [1 << 61])
        tensor.rawData = Data([1])
        expectInvalid(tensor, "more bytes")
    }

    @Test("Elements in the wrong place")
    func elementsInTheWrongPlace() {
        var tensor = proto(.float32, [2])
        tensor.int32Data = [1, 2]
        expectInvalid(tensor, "stored in int32_data, not in float_data")
        tensor.floatData = [1, 2]
        expectInvalid(tensor, "stored twice")
        tensor.int32Data = []
        tensor.rawData = Data(count: 8)
        expectInvalid(tensor, "stored twice")
        tensor = proto(.float32, [2])
        tensor.segment.begin = 0
        expectInvalid(tensor, "segment")
    }

    @Test("Types without a place in memory")
    func typesWithoutAPlaceInMemory() {
        for type: Int32 in [0, 8, 14, 17, 22, 99, -1, .max] {
            var tensor = TensorProto()
            tensor.name = "t"
            tensor.dataType = type
            tensor.dims = [1]
            let error = #expect(throws: ModelError.self) { try decode(tensor) }
            #expect(error?.category == .badModel)
        }
    }

    @Test("Agrees with NumPy", .enabled(if: TestMaterial.hasPython, "needs the onnx package in .deps/venv"))
    func agreesWithNumPy() throws {
        let folder = try TemporaryFolder()
        // Every numeric type in its own field and as raw data; the expected bytes are an extra uint8 tensor each.
        let program = """
            import sys, numpy as np, onnx, ml_dtypes
            from onnx import helper, numpy_helper, TensorProto as T
            values = np.array([[0, 1, 2], [3, 4, 5]])
            tensors = []
            for name in ["FLOAT", "UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64", "BOOL", "FLOAT16", "DOUBLE", "UINT32", "UINT64", "BFLOAT16"]:
                kind = getattr(T, name)
                array = values.astype(helper.tensor_dtype_to_np_dtype(kind))
                tensors.append(helper.make_tensor(name, kind, values.shape, array.flatten().tolist()))
                tensors.append(helper.make_tensor(name + ".raw", kind, values.shape, array.tobytes(), raw=True))
                tensors.append(numpy_helper.from_array(np.frombuffer(array.tobytes(), np.uint8), name + ".bytes"))
            graph = helper.make_graph([], "g", [], [], tensors)
            onnx.save(helper.make_model(graph), sys.argv[1])
            """
        _ = try TestMaterial.runPython(["-c", program, folder.path("model.onnx")])
        let model = try Model.load(from: folder.path("model.onnx"))
        let names = model.proto.graph.initializer.map(\.name).filter { !$0.contains(".") }
        #expect(names.count == 13)
        for name in names {
            let expected = try #require(try model.tensor(named: name + ".bytes")).bytes
            #expect(try model.tensor(named: name)?.bytes == expected, "\(name)")
            #expect(try model.tensor(named: name + ".raw")?.bytes == expected, "\(name)")
        }
        #expect(try model.tensor(named: "nothing") == nil)
    }
}
