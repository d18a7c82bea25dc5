/// A dense tensor in memory: row-major (the last axis is contiguous), little-endian, the layout that ONNX's `raw_data`,
/// NumPy's C order, safetensors and ONNX Runtime share.
package struct Tensor: Sendable, Hashable {
    package let elementType: ElementType
    /// The length of every axis; empty for a scalar.
    package let shape: [Int]
    /// `elementCount * elementType.byteCount` bytes.
    package private(set) var bytes: [UInt8]

    /// A tensor over bytes that are already in the right layout.
    ///
    /// - Throws: ``TensorError/byteCount(expected:actual:)`` when `bytes` is not as long as type and shape ask for, and
    ///   ``TensorError/shape(_:)`` when an axis is negative or the element count overflows.
    package init(elementType: ElementType, shape: [Int], bytes: [UInt8]) throws(TensorError) {
        let expected = try Tensor.byteCount(of: elementType, shape: shape)
        guard bytes.count == expected else { throw .byteCount(expected: expected, actual: bytes.count) }
        self.elementType = elementType
        self.shape = shape
        self.bytes = bytes
    }

    /// A tensor of `elements` in row-major order.
    ///
    /// - Throws: as ``init(elementType:shape:bytes:)``.
    package init<Scalar: TensorScalar>(shape: [Int], _ elements: [Scalar]) throws(TensorError) {
        try self.init(elementType: Scalar.elementType, shape: shape, bytes: elements.withUnsafeBytes { Array($0) })
    }

    /// A tensor of one axis.
    package init<Scalar: TensorScalar>(_ elements: [Scalar]) {
        elementType = Scalar.elementType
        shape = [elements.count]
        bytes = elements.withUnsafeBytes { Array($0) }
    }

    /// A tensor without axes.
    package init<Scalar: TensorScalar>(scalar: Scalar) {
        elementType = Scalar.elementType
        shape = []
        bytes = withUnsafeBytes(of: scalar) { Array($0) }
    }

    package var elementCount: Int { bytes.count / elementType.byteCount }

    /// The elements in row-major order, or nil where the tensor holds another type.
    package func elements<Scalar: TensorScalar>(as type: Scalar.Type = Scalar.self) -> [Scalar]? {
        guard Scalar.elementType == elementType else { return nil }
        return [Scalar](unsafeUninitializedCapacity: elementCount) { buffer, count in
            bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            count = elementCount
        }
    }

    /// The bytes that a tensor of this type and shape takes.
    package static func byteCount(of elementType: ElementType, shape: [Int]) throws(TensorError) -> Int {
        var count = elementType.byteCount
        for axis in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: axis)
            guard axis >= 0, !overflow else { throw .shape(shape) }
            count = product
        }
        return count
    }
}

/// Why bytes, shape and type do not make a tensor.
package enum TensorError: Error, Hashable, CustomStringConvertible {
    case byteCount(expected: Int, actual: Int)
    case shape([Int])
    /// Floating-point elements were asked for.
    case notFloatingPoint(ElementType)

    package var description: String {
        switch self {
        case .byteCount(let expected, let actual): "the tensor needs \(expected) bytes but has \(actual)"
        case .shape(let shape): "\(shape) is not a possible shape"
        case .notFloatingPoint(let type): "\(type) is no floating-point type"
        }
    }
}
