/// The two floating-point formats of 16 bits; `Float16` is not there on every platform, and bfloat16 nowhere.
package enum HalfPrecision: Sendable, Hashable {
    /// IEEE 754 binary16.
    case float16
    /// The upper half of binary32.
    case bfloat16

    /// - Returns: nil for any other type.
    package init?(_ elementType: ElementType) {
        switch elementType {
        case .float16: self = .float16
        case .bfloat16: self = .bfloat16
        default: return nil
        }
    }

    private var fractionBits: Int { self == .float16 ? 10 : 7 }

    /// Of the smallest normal number.
    private var leastExponent: Int { self == .float16 ? -14 : -126 }

    private var infinity: UInt16 { self == .float16 ? 0x7C00 : 0x7F80 }

    /// The value of the bits, which float32 holds exactly.
    package func float32(_ bits: UInt16) -> Float {
        guard self == .float16 else { return Float(bitPattern: UInt32(bits) << 16) }
        let sign = UInt32(bits >> 15) << 31
        let exponent = UInt32(bits >> 10 & 0x1F)
        let fraction = UInt32(bits & 0x3FF)
        switch exponent {
        case 0: return Float(bitPattern: sign | (Float(fraction) * 0x1p-24).bitPattern)
        case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }

    /// The bits of the nearest number, of two equally near ones that with an even last bit; infinity for what is beyond the largest by half a
    /// step or more (IEEE 754-2019, 4.3.1), and a quiet NaN for NaN.
    package func bits(rounding value: Double) -> UInt16 {
        let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
        guard !value.isNaN else { return sign | infinity | 1 << (fractionBits - 1) }
        guard value.isFinite else { return sign | infinity }
        let exponent = max(value == 0 ? leastExponent : Int(value.exponent), leastExponent)
        // Exact, as the divisor is a power of two.
        let steps = (value.magnitude / Double(sign: .plus, exponent: exponent - fractionBits, significand: 1)).rounded(.toNearestOrEven)
        // A significand that rounds up to the next power of two carries into the exponent, and one of the largest into infinity.
        let bits = (exponent - leastExponent) << fractionBits + Int(steps)
        return sign | UInt16(min(bits, Int(infinity)))
    }
}
