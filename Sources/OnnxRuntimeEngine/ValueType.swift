internal import COnnxRuntime
internal import Tensors

/// What the runtime says of a value's type.
struct ValueType {
    /// Nil for what is no tensor of an ``ElementType``.
    let elementType: ElementType?
    let shape: [Int?]
    let symbols: [String?]
    /// For messages: `tensor of float32`, `sequence`.
    let name: String

    /// - Parameter read: gets the type information, as by `SessionGetInputTypeInfo`.
    init(_ api: UnsafePointer<OrtApi>, _ read: ObjectMaker) throws(EngineError) {
        self = try api.withObject(read, release: api.pointee.ReleaseTypeInfo) { (information) throws(EngineError) in
            var tensor: OpaquePointer?
            try api.check(api.pointee.CastTypeInfoToTensorInfo(information, &tensor))
            if let tensor { return try ValueType(api, tensor: tensor) }
            var kind: Int32 = 0
            try api.check(api.pointee.GetOnnxTypeFromTypeInfo(information, &kind))
            return ValueType(kind: kind)
        }
    }

    private init(_ api: UnsafePointer<OrtApi>, tensor: OpaquePointer) throws(EngineError) {
        var number: Int32 = 0
        try api.check(api.pointee.GetTensorElementType(tensor, &number))
        var rank = 0
        try api.check(api.pointee.GetDimensionsCount(tensor, &rank))
        var lengths = [Int64](repeating: 0, count: rank)
        try api.check(api.pointee.GetDimensions(tensor, &lengths, rank))
        var characters = [UnsafePointer<CChar>?](repeating: nil, count: rank)
        try api.check(api.pointee.GetSymbolicDimensions(tensor, &characters, rank))

        elementType = ElementType(rawValue: number)
        shape = lengths.map { $0 >= 0 ? Int($0) : nil }
        symbols = characters.map { $0.map { String(cString: $0) } ?? "" }.map { $0.isEmpty ? nil : $0 }
        let element = elementType.map { "\($0)" } ?? ValueType.elementNames[number] ?? "the runtime's element type \(number)"
        name = "tensor of \(element)"
    }

    private init(kind: Int32) {
        elementType = nil
        shape = []
        symbols = []
        name = ValueType.kindNames[kind] ?? "the runtime's value type \(kind)"
    }

    /// Values of the runtime's `ONNXType` other than the tensor's.
    private static let kindNames: [Int32: String] = [
        0: "unknown", 2: "sequence", 3: "map", 4: "opaque value", 5: "sparse tensor", 6: "optional value",
    ]

    /// Element types of the runtime that no ``ElementType`` stands for.
    private static let elementNames: [Int32: String] = [
        8: "strings", 14: "complex64", 15: "complex128", 17: "float8e4m3fn", 18: "float8e4m3fnuz", 19: "float8e5m2", 20: "float8e5m2fnuz",
        21: "uint4", 22: "int4",
    ]
}
