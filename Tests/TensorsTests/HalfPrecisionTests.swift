import Tensors
import Testing

@Suite("Numbers of 16 bits")
struct HalfPrecisionTests {
    static let formats = [HalfPrecision.float16, .bfloat16]

    @Test("come back as the same bits, all of them", arguments: formats)
    func roundTrip(_ format: HalfPrecision) {
        var different = 0
        for bits in UInt16.min...UInt16.max {
            let value = format.float32(bits)
            let back = format.bits(rounding: Double(value))
            if value.isNaN ? !format.float32(back).isNaN : back != bits { different += 1 }
        }
        #expect(different == 0)
    }

    @Test("take what is near: both sides of every midpoint, and of a midpoint the even one", arguments: formats)
    func nearest(_ format: HalfPrecision) {
        var wrong: [UInt16] = []
        for bits in 0..<format.bits(rounding: .infinity) - 1 {
            // Exact: the midpoint has one bit more than the neighbours.
            let middle = (Double(format.float32(bits)) + Double(format.float32(bits + 1))) / 2
            let even = bits + bits % 2
            let isRight =
                format.bits(rounding: middle) == even && format.bits(rounding: middle.nextUp) == bits + 1
                && format.bits(rounding: middle.nextDown) == bits && format.bits(rounding: -middle) == even | 0x8000
            if !isRight { wrong.append(bits) }
        }
        #expect(wrong.isEmpty)
    }

    @Test("are those of IEEE 754")
    func knownBits() {
        let float16: [(Double, UInt16)] = [
            (0, 0), (-0.0, 0x8000), (1, 0x3C00), (-2, 0xC000), (65504, 0x7BFF), (0x1p-14, 0x0400), (0x1p-24, 1), (0x1p-25, 0),
            (0x1.000001p-25, 1), (0x1.8p-24, 2), (1e-300, 0), (.leastNonzeroMagnitude, 0), (65519.999, 0x7BFF), (65520, 0x7C00),
            (-65520, 0xFC00), (1e300, 0x7C00), (.infinity, 0x7C00), (-.infinity, 0xFC00), (1.0 / 3, 0x3555),
            // Rounded to float32 first, this would be a tie.
            (1 + 0x1p-11 + 0x1p-40, 0x3C01),
        ]
        for (value, bits) in float16 { #expect(HalfPrecision.float16.bits(rounding: value) == bits, "\(value)") }
        let bfloat16: [(Double, UInt16)] = [
            (0, 0), (1, 0x3F80), (-3.140625, 0xC049), (0x1p-133, 1), (0x1p-134, 0), (1 + 0x1p-8, 0x3F80), (1 + 0x1.8p-7, 0x3F82),
            (0x1.FEp127, 0x7F7F), (0x1.FFp127, 0x7F80), (-1e300, 0xFF80),
        ]
        for (value, bits) in bfloat16 { #expect(HalfPrecision.bfloat16.bits(rounding: value) == bits, "\(value)") }
        for format in HalfPrecisionTests.formats {
            #expect(format.float32(format.bits(rounding: .nan)).isNaN)
            #expect(format.float32(format.bits(rounding: -.signalingNaN)).isNaN)
        }
    }

    @Test("make tensors, as wider ones do")
    func tensors() throws {
        for type in [ElementType.float16, .bfloat16, .float32, .float64] {
            let tensor = try Tensor(elementType: type, shape: [2, 2], rounding: [1, -0.5, 0, 96])
            #expect(tensor.elementType == type && tensor.bytes.count == 4 * type.byteCount)
            #expect(tensor.floatingPointElements == [1, -0.5, 0, 96])
            #expect(tensor.isFinite)
            #expect(try Tensor(elementType: type, shape: [2], rounding: [1, .nan]).isFinite == false)
            #expect(try Tensor(elementType: type, shape: [1], rounding: [1e300]).isFinite == (type == .float64))
            #expect((tensor.halfPrecisionElements != nil) == (type.byteCount == 2))
            #expect(throws: TensorError.byteCount(expected: 3 * type.byteCount, actual: type.byteCount)) {
                try Tensor(elementType: type, shape: [3], rounding: [1])
            }
        }
        #expect(throws: TensorError.notFloatingPoint(.int16)) { try Tensor(elementType: .int16, shape: [1], rounding: [1]) }
        #expect(Tensor([1] as [UInt16]).floatingPointElements == nil)
        #expect(Tensor([1] as [UInt16]).isFinite)
    }
}
