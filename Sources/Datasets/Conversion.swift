package import Tensors

/// Samples of an array in the element type that a model wants.
///
/// - Integers become float32 by `transform`; wider ones only while they are exact in float32, that is up to 2^24. Booleans
///   become 0 and 1. For float16 and bfloat16 the results are rounded once more.
/// - Integers and booleans become other integers or booleans where every value fits.
/// - Floats stay as they are or become float32, float16 or bfloat16, rounded to nearest where these are narrower, and must be finite
///   before and after; `transform` does not apply to them.
///
/// - Parameters:
///   - tensor: samples along axis 0, channels along the axis that the transform says.
///   - array: the array's name, for errors.
/// - Throws: ``DatasetError/badSample(_:array:reason:)``, counted from the tensor's first sample, for a value that does not
///   fit, ``DatasetError/badArray(_:file:reason:)`` for types that do not go together and for a transform whose channels
///   are not the array's.
package func convert(
    _ tensor: Tensor, of array: String, to type: ElementType, transform: InputTransform = .identity
) throws(DatasetError) -> Tensor {
    do throws(ConversionError) {
        switch (tensor.elementType.isFloatingPoint, type.isFloatingPoint) {
        case (true, true): return try convertFloats(tensor, to: type)
        case (false, true) where type != .float64:
            return try convertFloats(applyTransform(tensor.elementType == .bool ? .identity : transform, to: tensor), to: type)
        case (false, false): return try convertIntegers(tensor, to: type)
        default: throw .types
        }
    } catch {
        switch error {
        case .types:
            throw .badArray(array, file: nil, reason: "it holds \(tensor.elementType) but the model wants \(type)")
        case .array(let reason):
            throw .badArray(array, file: nil, reason: reason)
        case .element(let position, let reason):
            let perSample = tensor.elementCount / max(tensor.shape.first ?? 1, 1)
            throw .badSample(position / max(perSample, 1), array: array, reason: reason)
        }
    }
}

enum ConversionError: Error {
    /// The one type does not become the other.
    case types
    /// The array as a whole does not fit.
    case array(String)
    /// The element at a row-major position has no counterpart.
    case element(Int, String)
}

// MARK: Floats

private func convertFloats(_ tensor: Tensor, to type: ElementType) throws(ConversionError) -> Tensor {
    if tensor.elementType == type, tensor.isFinite { return tensor }
    let values = tensor.floatingPointElements ?? []
    if let position = values.firstIndex(where: { !$0.isFinite }) {
        throw .element(position, "it holds \(values[position].isNaN ? "NaN" : "an infinite value")")
    }
    // No model asks for more than its training used.
    guard type != .float64 else { throw .types }
    let rounded: Tensor
    do {
        rounded = try Tensor(elementType: type, shape: tensor.shape, rounding: values)
    } catch {
        throw .array(error.description)
    }
    if !rounded.isFinite, let position = rounded.floatingPointElements?.firstIndex(where: { !$0.isFinite }) {
        throw .element(position, "\(values[position]) does not fit into \(type)")
    }
    return rounded
}

// MARK: Integers

private func convertIntegers(_ tensor: Tensor, to type: ElementType) throws(ConversionError) -> Tensor {
    if tensor.elementType == type { return tensor }
    let values = try integers(tensor)
    return switch type {
    case .uint8: try exactly(values, as: UInt8.self, shape: tensor.shape)
    case .int8: try exactly(values, as: Int8.self, shape: tensor.shape)
    case .uint16: try exactly(values, as: UInt16.self, shape: tensor.shape)
    case .int16: try exactly(values, as: Int16.self, shape: tensor.shape)
    case .uint32: try exactly(values, as: UInt32.self, shape: tensor.shape)
    case .int32: try exactly(values, as: Int32.self, shape: tensor.shape)
    case .uint64: try exactly(values, as: UInt64.self, shape: tensor.shape)
    case .int64: try exactly(values, as: Int64.self, shape: tensor.shape)
    case .bool: try booleans(values, shape: tensor.shape)
    case .float16, .bfloat16, .float32, .float64: throw ConversionError.types
    }
}

/// The values of an integer or boolean tensor.
func integers(_ tensor: Tensor) throws(ConversionError) -> [Int] {
    switch tensor.elementType {
    case .uint8, .bool: return tensor.bytes.map { Int($0) }
    case .int8: return (tensor.elements(as: Int8.self) ?? []).map { Int($0) }
    case .uint16: return (tensor.elements(as: UInt16.self) ?? []).map { Int($0) }
    case .int16: return (tensor.elements(as: Int16.self) ?? []).map { Int($0) }
    case .uint32: return (tensor.elements(as: UInt32.self) ?? []).map { Int($0) }
    case .int32: return (tensor.elements(as: Int32.self) ?? []).map { Int($0) }
    case .int64: return (tensor.elements(as: Int64.self) ?? []).map { Int($0) }
    case .uint64:
        let values = tensor.elements(as: UInt64.self) ?? []
        if let position = values.firstIndex(where: { $0 > UInt64(Int.max) }) {
            throw .element(position, "\(values[position]) does not fit into int64")
        }
        return values.map { Int($0) }
    case .float16, .bfloat16, .float32, .float64: throw .types
    }
}

private func exactly<Scalar: FixedWidthInteger & TensorScalar>(
    _ values: [Int], as type: Scalar.Type, shape: [Int]
) throws(ConversionError) -> Tensor {
    if let position = values.firstIndex(where: { Scalar(exactly: $0) == nil }) {
        throw .element(position, "\(values[position]) does not fit into \(Scalar.elementType)")
    }
    return try makeTensor(values.map { Scalar(truncatingIfNeeded: $0) }, shape: shape)
}

private func booleans(_ values: [Int], shape: [Int]) throws(ConversionError) -> Tensor {
    if let position = values.firstIndex(where: { $0 != 0 && $0 != 1 }) {
        throw .element(position, "\(values[position]) does not fit into bool")
    }
    return try makeTensor(values.map { $0 == 1 }, shape: shape)
}

func makeTensor<Scalar: TensorScalar>(_ values: [Scalar], shape: [Int]) throws(ConversionError) -> Tensor {
    do {
        return try Tensor(shape: shape, values)
    } catch {
        throw .array(error.description)
    }
}
