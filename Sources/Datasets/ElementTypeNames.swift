internal import Tensors

extension ElementType {
    /// The type of a safetensors `dtype`, or nil where it is none of ours.
    init?(safetensorsName: String) {
        guard let type = ElementType.allCases.first(where: { $0.safetensorsName == safetensorsName }) else { return nil }
        self = type
    }

    var safetensorsName: String {
        switch self {
        case .bool: "BOOL"
        case .uint8: "U8"
        case .int8: "I8"
        case .uint16: "U16"
        case .int16: "I16"
        case .uint32: "U32"
        case .int32: "I32"
        case .uint64: "U64"
        case .int64: "I64"
        case .float16: "F16"
        case .bfloat16: "BF16"
        case .float32: "F32"
        case .float64: "F64"
        }
    }

    /// The type of a NumPy type string without its byte order, such as `f4`, or nil where it is none of ours.
    init?(npyName: Substring) {
        guard let type = ElementType.allCases.first(where: { $0.npyDescriptor?.dropFirst() == npyName }) else { return nil }
        self = type
    }

    /// The type's name in NumPy's `.npy` headers; nil for bfloat16, which NumPy does not have.
    var npyDescriptor: String? {
        switch self {
        case .bool: "|b1"
        case .uint8: "|u1"
        case .int8: "|i1"
        case .uint16: "<u2"
        case .int16: "<i2"
        case .uint32: "<u4"
        case .int32: "<i4"
        case .uint64: "<u8"
        case .int64: "<i8"
        case .float16: "<f2"
        case .float32: "<f4"
        case .float64: "<f8"
        case .bfloat16: nil
        }
    }
}
