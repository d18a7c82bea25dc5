/// A tensor whose elements lie in memory that something else keeps, in the layout of ``Tensor``.
///
/// Sendable without the compiler's proof: nobody writes to the memory as long as its owner lives.
package struct LentTensor: @unchecked Sendable {
    package let elementType: ElementType
    /// The length of every axis; empty for a scalar.
    package let shape: [Int]
    /// `Tensor.byteCount(of:shape:)` bytes, aligned for the element type.
    package let bytes: UnsafeRawBufferPointer
    /// Keeps the memory.
    private let owner: AnyObject

    /// - Parameters:
    ///   - bytes: valid and unchanged as long as `owner` lives.
    /// - Throws: as ``Tensor/init(elementType:shape:bytes:)``.
    package init(
        elementType: ElementType, shape: [Int], bytes: UnsafeRawBufferPointer, of owner: AnyObject
    ) throws(TensorError) {
        let expected = try Tensor.byteCount(of: elementType, shape: shape)
        guard bytes.count == expected else { throw .byteCount(expected: expected, actual: bytes.count) }
        (self.elementType, self.shape, self.bytes, self.owner) = (elementType, shape, bytes, owner)
    }
}
