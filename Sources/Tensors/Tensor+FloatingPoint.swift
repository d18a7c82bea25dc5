// Floating-point elements whatever their width.

extension Tensor {
    /// The elements in row-major order, exactly; nil where they are no floating-point numbers.
    package var floatingPointElements: [Double]? { floatingPointElements(0..<elementCount) }

    /// A part of the elements, exactly; nil where they are no floating-point numbers.
    ///
    /// - Parameter range: of positions in row-major order; within the tensor.
    package func floatingPointElements(_ range: Range<Int>) -> [Double]? {
        bytes.withUnsafeBytes { bytes in
            switch elementType {
            case .float64: range.map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) }
            case .float32: range.map { Double(bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self)) }
            default:
                HalfPrecision(elementType).map { format in
                    range.map { Double(format.float32(bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self))) }
                }
            }
        }
    }

    /// Adds the elements, in row-major order, to sums of as many, which may be empty still; without a copy of float32 ones.
    ///
    /// - Returns: whether that was done: not for other types than floating-point ones, and not for another number of elements.
    package func add(to sums: inout [Double]) -> Bool {
        if sums.isEmpty { sums = Array(repeating: 0, count: elementCount) }
        guard sums.count == elementCount else { return false }
        if elementType == .float32 {
            sums.withUnsafeMutableBufferPointer { sums in
                bytes.withUnsafeBytes { bytes in
                    for index in sums.indices { sums[index] += Double(bytes.loadUnaligned(fromByteOffset: 4 * index, as: Float.self)) }
                }
            }
            return true
        }
        guard let elements = floatingPointElements else { return false }
        for index in sums.indices { sums[index] += elements[index] }
        return true
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
