internal import Tensors

/// Integers or booleans as float32 by `transform`, channel by channel along axis 1.
func applyTransform(_ transform: InputTransform, to tensor: Tensor) throws(ConversionError) -> Tensor {
    let channels = try ChannelLayout(of: tensor.shape, transform: transform)
    // A table takes 256 times the arithmetic, so it must serve more elements than it has.
    let isTableWorthwhile = tensor.elementType == .uint8 && tensor.elementCount / 256 >= channels.count
    let values = try isTableWorthwhile ? transformBytes(tensor, transform, channels) : transformIntegers(tensor, transform, channels)
    return try makeTensor(values, shape: tensor.shape)
}

/// How channels lie in memory: runs of `runLength` elements, one run after the other for channels 0 ..< count, repeated.
private struct ChannelLayout {
    let count: Int
    let runLength: Int

    init(of shape: [Int], transform: InputTransform) throws(ConversionError) {
        count = transform.channelCount
        guard count > 1 else {
            runLength = shape.reduce(1, *)
            return
        }
        guard shape.count >= 2, shape[1] == count else {
            let found = shape.count >= 2 ? "\(shape[1]) long" : "not there"
            throw .array("there are values for \(count) channels but axis 1 is \(found)")
        }
        runLength = shape.dropFirst(2).reduce(1, *)
    }
}

/// A byte has 256 values: a table of results for each channel spares the arithmetic, and gives the same bits.
private func transformBytes(
    _ tensor: Tensor, _ transform: InputTransform, _ channels: ChannelLayout
) throws(ConversionError) -> [Float] {
    let tables = (0..<channels.count).flatMap { channel in (0..<256).map { transform(Float($0), channel: channel) } }
    let values = [Float](unsafeUninitializedCapacity: tensor.bytes.count) { values, filled in
        tensor.bytes.withUnsafeBufferPointer { bytes in
            tables.withUnsafeBufferPointer { tables in
                while filled < bytes.count {
                    let table = filled / channels.runLength % channels.count * 256
                    for position in filled..<filled + channels.runLength {
                        values.initializeElement(at: position, to: tables[table + Int(bytes[position])])
                    }
                    filled += channels.runLength
                }
            }
        }
    }
    // Only a table with such an entry makes it worth looking through all values.
    if !tables.allSatisfy(\.isFinite) { try checkFinite(values) }
    return values
}

private func transformIntegers(
    _ tensor: Tensor, _ transform: InputTransform, _ channels: ChannelLayout
) throws(ConversionError) -> [Float] {
    let integers = try integers(tensor)
    if let position = integers.firstIndex(where: { $0.magnitude > 1 << 24 }) {
        throw .element(position, "\(integers[position]) is not exact in float32")
    }
    let values = integers.indices.map { position in
        transform(Float(integers[position]), channel: position / channels.runLength % channels.count)
    }
    try checkFinite(values)
    return values
}

/// With a tiny standard deviation or a huge scale, the quotient overflows.
private func checkFinite(_ values: [Float]) throws(ConversionError) {
    if let position = values.firstIndex(where: { !$0.isFinite }) {
        throw .element(position, "it is not finite after scale, mean and standard deviation")
    }
}
