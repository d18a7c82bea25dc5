internal import Tensors

/// An `.npy` file: one array. NumPy gives it no name, so it is called as the file is.
struct NPYFile: Sendable {
    let file: OpenFile

    /// - Throws: ``DatasetError/badArray(_:file:reason:)``
    func array(named name: String) throws(DatasetError) -> StoredArray {
        let bytes = try file.bytes(at: 0, count: min(file.byteCount, NPYHeader.maximumByteCount))
        let header: NPYHeader
        do {
            header = try NPYHeader(bytes)
        } catch {
            throw .badArray(name, file: file.path, reason: error.reason)
        }
        let present = file.byteCount - header.byteCount
        guard present == header.dataByteCount else {
            throw .badArray(
                name, file: file.path, reason: "its header promises \(header.dataByteCount) bytes of elements, the file has \(present)")
        }
        return try header.array(named: name, in: file, at: header.byteCount)
    }
}

extension NPYHeader {
    /// The array of this header whose elements lie in `file` from `offset` on.
    func array(named name: String, in file: OpenFile, at offset: Int) throws(DatasetError) -> StoredArray {
        // With at most one axis longer than 1, both orders are the same.
        if isFortranOrder && shape.count(where: { $0 != 1 }) > 1 && !shape.contains(0) {
            let copy = try rowMajorCopy(of: file, at: offset, name: name)
            return StoredArray(name: name, elementType: elementType, shape: shape, file: copy, offset: 0)
        }
        return StoredArray(name: name, elementType: elementType, shape: shape, file: file, offset: offset)
    }

    /// A temporary file with the elements of a Fortran-order array in row-major order, made block by block of samples.
    private func rowMajorCopy(of file: OpenFile, at offset: Int, name: String) throws(DatasetError) -> OpenFile {
        let size = elementType.byteCount
        let sampleCount = shape[0]
        let columnCount = dataByteCount / size / sampleCount
        guard columnCount * size <= StoredArray.maximumReadByteCount else {
            throw .badArray(
                name, file: file.path, reason: "a sample takes \(columnCount * size) bytes, more than the 2 GiB that are read at once")
        }
        let copy = try OpenFile(temporaryFor: file.path, byteCount: dataByteCount)
        let blockCount = max(1, min(sampleCount, (1 << 24) / (columnCount * size)))
        for first in stride(from: 0, to: sampleCount, by: blockCount) {
            let count = min(blockCount, sampleCount - first)
            var block = [UInt8](repeating: 0, count: count * columnCount * size)
            for column in 0..<columnCount {
                let values = try file.bytes(
                    at: offset + (fortranPosition(ofRowMajor: column) * sampleCount + first) * size, count: count * size)
                for sample in 0..<count {
                    let target = (sample * columnCount + column) * size
                    for byte in 0..<size { block[target + byte] = values[sample * size + byte] }
                }
            }
            try copy.write(block[...], at: first * columnCount * size)
        }
        return copy
    }

    /// Where the element at a row-major position within a sample lies among a sample's elements in Fortran order.
    private func fortranPosition(ofRowMajor position: Int) -> Int {
        var rest = position
        var indices: [Int] = []
        for length in shape.dropFirst().reversed() {
            indices.append(rest % length)
            rest /= length
        }
        // From the last axis to the first: Horner's scheme of i1 + n1 * (i2 + n2 * (i3 + ...)).
        return zip(indices, shape.dropFirst().reversed()).reduce(0) { $0 * $1.1 + $1.0 }
    }
}
