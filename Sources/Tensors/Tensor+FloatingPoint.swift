// Floating-point elements whatever their width.

extension Tensor {
    /// The elements in row-major order, exactly; nil where they are no floating-point numbers.
    package var floatingPointElements: [Double]? {
        switch elementType {
        case .float64: elements(as: Double.self)
        case .float32: elements(as: Float.self)?.map(Double.init)
        default: halfPrecisionElements?.map(Double.init)
        }
    }

    /// The elements of a float16 or bfloat16 tensor, exactly; nil for all others.
    package var halfPrecisionElements: [Float]? {
        guard let format = HalfPrecision(elementType) else { return nil }
        return bytes.withUnsafeBytes { bytes in
            (0..<elementCount).map { format.float32(bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self)) }
        }
    }

    /// Whether no element is NaN or infinite; integers and booleans never are.
    package var isFinite: Bool {
        switch elementType {
        case .float64: elements(as: Double.self)?.allSatisfy(\.isFinite) ?? true
        case .float32: elements(as: Float.self)?.allSatisfy(\.isFinite) ?? true
        default: halfPrecisionElements?.allSatisfy(\.isFinite) ?? true
        }
    }

    /// A tensor of numbers that are rounded to the nearest of a floating-point type, of two equally near ones to the even one; what is too
    /// large becomes infinite.
    ///
    /// - Throws: ``TensorError/notFloatingPoint(_:)`` for other types; as ``init(elementType:shape:bytes:)``.
    package init(elementType: ElementType, shape: [Int], rounding values: [Double]) throws(TensorError) {
        switch elementType {
        case .float64: try self.init(shape: shape, values)
        case .float32: try self.init(shape: shape, values.map { Float($0) })
        default:
            guard let format = HalfPrecision(elementType) else { throw .notFloatingPoint(elementType) }
            let words = values.map { format.bits(rounding: $0) }
            try self.init(elementType: elementType, shape: shape, bytes: words.withUnsafeBytes { Array($0) })
        }
    }
}
