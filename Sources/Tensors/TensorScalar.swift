/// A Swift type whose memory is that of a tensor's elements.
package protocol TensorScalar: Sendable, Hashable, BitwiseCopyable {
    static var elementType: ElementType { get }
}

extension Float: TensorScalar { package static var elementType: ElementType { .float32 } }
extension Double: TensorScalar { package static var elementType: ElementType { .float64 } }
extension UInt8: TensorScalar { package static var elementType: ElementType { .uint8 } }
extension Int8: TensorScalar { package static var elementType: ElementType { .int8 } }
extension UInt16: TensorScalar { package static var elementType: ElementType { .uint16 } }
extension Int16: TensorScalar { package static var elementType: ElementType { .int16 } }
extension Int32: TensorScalar { package static var elementType: ElementType { .int32 } }
extension UInt32: TensorScalar { package static var elementType: ElementType { .uint32 } }
extension Int64: TensorScalar { package static var elementType: ElementType { .int64 } }
extension UInt64: TensorScalar { package static var elementType: ElementType { .uint64 } }
extension Bool: TensorScalar { package static var elementType: ElementType { .bool } }
