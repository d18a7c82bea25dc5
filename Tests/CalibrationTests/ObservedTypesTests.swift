import Calibration
import ONNXModel
import OnnxRuntimeEngine
import Tensors
import TestSupport
import Testing

@Suite("Observed types")
struct ObservedTypesTests {
    private func observed(_ model: Model, batch: Int?) throws -> ObservedTypes {
        let inputs = try Session(model: model.serialized()).inputs
        return try ObservedTypes(of: model, batch: BatchPolicy(inputs: inputs)) { count in
            #expect(batch == nil || batch == count)
            return ["x": try Tensor(shape: [count, 4], [Float](repeating: 1, count: 4 * count))]
        }
    }

    private func graphModel(batch: Int?) throws -> Model {
        model(
            graph(
                [
                    node("MatMul", ["x", "w"], "product"), node("Reshape", ["product", "flat"], "flattened"),
                    node("Shape", ["x"], "shape"), node("ArgMax", ["product"], "best", .int("axis", 1)),
                    node("ReduceSum", ["product"], "sum", .int("keepdims", 0)),
                ],
                [("w", try Tensor(shape: [4, 3], [Float](repeating: 1, count: 12))), ("flat", Tensor([-1] as [Int64]))],
                inputs: [value("x", [batch, 4])], outputs: [value("sum", [])]))
    }

    @Test("Axes that follow the number of samples are dynamic, all others have a length")
    func freeBatch() throws {
        let observed = try observed(graphModel(batch: nil), batch: nil)
        #expect(
            observed.types == [
                "x": TensorType(.float32, [.dynamic, .fixed(4)]), "w": TensorType(.float32, [.fixed(4), .fixed(3)]),
                "flat": TensorType(.int64, [.fixed(1)]), "product": TensorType(.float32, [.dynamic, .fixed(3)]),
                "flattened": TensorType(.float32, [.dynamic]), "shape": TensorType(.int64, [.fixed(2)]),
                "best": TensorType(.int64, [.dynamic, .fixed(1)]), "sum": TensorType(.float32, []),
            ])
        // x, the product, flattened too, and the index.
        #expect(observed.bytesPerSample == 16 + 12 + 12 + 8)
    }

    @Test("Types for other numbers of samples", arguments: [1, 2, 7])
    func otherCounts(samples: Int) throws {
        let observed = try observed(graphModel(batch: nil), batch: nil)
        #expect(observed.type(of: "product", samples: samples) == TensorType(.float32, [.fixed(samples), .fixed(3)]))
        #expect(observed.type(of: "flattened", samples: samples) == TensorType(.float32, [.fixed(3 * samples)]))
        #expect(observed.type(of: "shape", samples: samples) == TensorType(.int64, [.fixed(2)]))
        #expect(observed.type(of: "nothing", samples: samples) == nil)
    }

    @Test("A fixed batch is run at its size")
    func fixedBatch() throws {
        let observed = try observed(graphModel(batch: 5), batch: 5)
        #expect(observed.types["product"] == TensorType(.float32, [.fixed(5), .fixed(3)]))
        #expect(observed.types["flattened"] == TensorType(.float32, [.fixed(15)]))
    }

    @Test("What the runtime refuses is an error")
    func refused() throws {
        let broken = model(
            graph([node("Nonsense", ["x"], "y")], inputs: [value("x", [nil, 4])], outputs: [value("y", [nil, 4])]))
        #expect(throws: EngineError.self) {
            try ObservedTypes(of: broken, batch: BatchPolicy(inputs: [])) { _ in [:] }
        }
    }
}
