internal import Tensors

/// Integers or booleans as float32 by `transform`, channel by channel.
func applyTransform(_ transform: InputTransform, to tensor: Tensor) throws(ConversionError) -> Tensor {
    let channels = try ChannelLayout(of: tensor.shape, transform: transform)
    // A table takes 256 times the arithmetic, so it must serve more elements than it has. One with an overflow is left to
    // the other way, which finds the sample.
    if tensor.elementType == .uint8 && tensor.elementCount / 256 >= channels.count {
        let tables = (0..<channels.count).flatMap { channel in (0..<256).map { transform(Float($0), channel: channel) } }
        if tables.allSatisfy(\.isFinite) { return try lookUp(tensor, in: tables, channels) }
    }
    return try transformIntegers(tensor, transform, channels)
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
        let axis = transform.isChannelsLast ? max(1, shape.count - 1) : 1
        guard shape.count >= 2, shape[axis] == count else {
            let found = shape.count >= 2 ? "\(shape[axis]) long" : "not there"
            throw .array("there are values for \(count) channels but axis \(axis) is \(found)")
        }
        runLength = shape.dropFirst(axis + 1).reduce(1, *)
    }
}

/// A byte has 256 values: a table of results for each channel spares the arithmetic, and gives the same bits.
private func lookUp(_ tensor: Tensor, in tables: [Float], _ channels: ChannelLayout) throws(ConversionError) -> Tensor {
    let size = MemoryLayout<Float>.size
    // Straight into a tensor's bytes, since batches are large.
    let result = [UInt8](unsafeUninitializedCapacity: tensor.bytes.count * size) { buffer, filled in
        let values = UnsafeMutableRawBufferPointer(buffer)
        tensor.bytes.withUnsafeBufferPointer { bytes in
            tables.withUnsafeBufferPointer { tables in
                for run in 0..<bytes.count / channels.runLength {
                    let table = run % channels.count * 256
                    for position in run * channels.runLength..<(run + 1) * channels.runLength {
                        values.storeBytes(of: tables[table + Int(bytes[position])], toByteOffset: position * size, as: Float.self)
                    }
                }
            }
        }
        filled = tensor.bytes.count * size
    }
    do {
        return try Tensor(elementType: .float32, shape: tensor.shape, bytes: result)
    } catch {
        throw .array(error.description)
    }
}

private func transformIntegers(
    _ tensor: Tensor, _ transform: InputTransform, _ channels: ChannelLayout
) throws(ConversionError) -> Tensor {
    let integers = try integers(tensor)
    if let position = integers.firstIndex(where: { $0.magnitude > 1 << 24 }) {
        throw .element(position, "\(integers[position]) is not exact in float32")
    }
    let values = integers.indices.map { position in
        transform(Float(integers[position]), channel: position / channels.runLength % channels.count)
    }
    // With a tiny standard deviation or a huge scale, the quotient overflows.
    if let position = values.firstIndex(where: { !$0.isFinite }) {
        throw .element(position, "it is not finite after scale, mean and standard deviation")
    }
    return try makeTensor(values, shape: tensor.shape)
}
