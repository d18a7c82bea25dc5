import Tensors
import Testing

struct TensorTests {
    @Test func elementsComeBackInTheirOwnTypeOnly() throws {
        let tensor = try Tensor(shape: [2, 3], [1, 2, 3, 4, 5, 6] as [Float])
        #expect(tensor.elements(as: Float.self) == [1, 2, 3, 4, 5, 6])
        #expect(tensor.elements(as: Double.self) == nil)
        #expect(tensor.elementCount == 6)
    }

    @Test func anEmptyAxisMakesAnEmptyTensor() throws {
        #expect(try Tensor(shape: [3, 0], [] as [Int64]).elementCount == 0)
    }

    @Test func bytesAndShapeMustAgree() {
        #expect(throws: TensorError.byteCount(expected: 16, actual: 12)) { try Tensor(shape: [4], [1, 2, 3] as [Float]) }
        #expect(throws: TensorError.shape([-1])) { try Tensor(shape: [-1], [] as [Float]) }
        #expect(throws: TensorError.shape([Int.max, 8])) { try Tensor(elementType: .float32, shape: [Int.max, 8], bytes: []) }
    }
}
