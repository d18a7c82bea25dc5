internal import Tensors

/// Facts about `TensorProto.DataType`, for all its values, also those that ``ElementType`` leaves out.
enum ElementFormat {
    /// Bits of one element in `raw_data`; nil for strings and numbers that the specification does not define.
    static func bitCount(_ dataType: Int32) -> Int? {
        if let type = ElementType(rawValue: dataType) { return type.byteCount * 8 }
        return switch dataType {
        case 14: 64  // complex64
        case 15: 128  // complex128
        case 17...20, 24: 8  // float8
        case 21...23: 4  // uint4, int4, float4
        case 25, 26: 2  // uint2, int2
        case 27, 28: 6  // float6
        default: nil
        }
    }

    /// Whether the elements are real floating-point numbers of any width.
    static func isFloatingPoint(_ dataType: Int32) -> Bool {
        if let type = ElementType(rawValue: dataType) { return type.isFloatingPoint }
        return switch dataType {
        case 17...20, 23, 24, 27, 28: true
        default: false
        }
    }

    /// The type's name in the specification, or its number.
    static func name(_ dataType: Int32) -> String {
        TensorProto.DataType(rawValue: Int(dataType)).map { "\($0)" } ?? "number \(dataType)"
    }
}
