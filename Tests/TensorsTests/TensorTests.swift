import Tensors
import Testing

@Suite("Tensors")
struct TensorTests {
    @Test("Elements come back in their own type only")
    func elementsComeBackInTheirOwnTypeOnly() throws {
        let tensor = try Tensor(shape: [2, 3], [1, 2, 3, 4, 5, 6] as [Float])
        #expect(tensor.elements(as: Float.self) == [1, 2, 3, 4, 5, 6])
        #expect(tensor.elements(as: Double.self) == nil)
        #expect(tensor.elementCount == 6)
    }

    @Test("An empty axis makes an empty tensor")
    func anEmptyAxisMakesAnEmptyTensor() throws {
        #expect(try Tensor(shape: [3, 0], [] as [Int64]).elementCount == 0)
    }

    @Test("Bytes and shape must agree")
    func bytesAndShapeMustAgree() {
        #expect(throws: TensorError.byteCount(expected: 16, actual: 12)) { try Tensor(shape: [4], [1, 2, 3] as [Float]) }
        #expect(throws: TensorError.shape([-1])) { try Tensor(shape: [-1], [] as [Float]) }
        #expect(throws: TensorError.shape([Int.max, 8])) { try Tensor(elementType: .float32, shape: [Int.max, 8], bytes: []) }
    }

    @Test("Sums take floating-point elements of every width")
    func sumsTakeFloatingPointElementsOfEveryWidth() throws {
        var sums: [Double] = []
        #expect(try Tensor(shape: [2], [1.5, -2] as [Float]).add(to: &sums))
        #expect(try Tensor(shape: [1, 2], [0.25, 4] as [Double]).add(to: &sums))
        #expect(try Tensor(elementType: .float16, shape: [2], rounding: [1, 0.5]).add(to: &sums))
        #expect(sums == [2.75, 2.5])
        #expect(try !Tensor(shape: [3], [1, 2, 3] as [Float]).add(to: &sums))
        #expect(try !Tensor(shape: [2], [1, 2] as [Int64]).add(to: &sums))
        #expect(sums == [2.75, 2.5])
    }
}
