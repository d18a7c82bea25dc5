internal import Files
package import Tensors

/// An array whose samples, the steps along the first axis, are read when they are asked for.
package struct StoredArray: Sendable {
    package let name: String
    package let elementType: ElementType
    package let shape: [Int]
    /// The file that holds the array; nil for one made in memory.
    package let file: String?
    private let storage: Storage

    private enum Storage {
        case memory(Tensor)
        /// Row-major and little-endian, from `offset` on.
        case file(OpenFile, offset: Int)
        /// The samples of one array, and then those of another.
        indirect case joined(StoredArray, StoredArray)
    }

    /// NumPy's own limit. Shapes go into messages, which have to stay readable.
    static let maximumAxisCount = 64

    /// More than any sensible batch, and little enough to be allocated.
    static let maximumReadByteCount = 1 << 31

    package init(name: String, tensor: Tensor) {
        self.name = name
        elementType = tensor.elementType
        shape = tensor.shape
        file = nil
        storage = .memory(tensor)
    }

    /// The samples of one array, and then those of another.
    ///
    /// - Throws: ``DatasetError/badArray(_:file:reason:)`` where samples of the second one have another shape or element type.
    init(_ first: StoredArray, followedBy second: StoredArray) throws(DatasetError) {
        guard first.elementType == second.elementType, first.shape.dropFirst() == second.shape.dropFirst() else {
            throw .badArray(
                second.name, file: second.file,
                reason: "its samples are \(second.elementType) \(Array(second.shape.dropFirst())), but \(first.elementType) "
                    + "\(Array(first.shape.dropFirst())) in \(first.file?.quoted ?? "the other file")")
        }
        (name, elementType, file) = (first.name, first.elementType, first.file)
        shape = [(first.sampleCount ?? 0) + (second.sampleCount ?? 0)] + first.shape.dropFirst()
        storage = .joined(first, second)
    }

    /// An array over bytes that the caller has found to lie in `file` from `offset` on.
    init(name: String, elementType: ElementType, shape: [Int], file: OpenFile, offset: Int) {
        self.name = name
        self.elementType = elementType
        self.shape = shape
        self.file = file.path
        storage = .file(file, offset: offset)
    }

    /// The length of the first axis, or nil for a scalar.
    package var sampleCount: Int? { shape.first }

    /// Bytes of one sample; 0 for a scalar, which has no samples, and where an axis is empty.
    var sampleByteCount: Int {
        guard !shape.isEmpty, !shape.contains(0) else { return 0 }
        return shape.dropFirst().reduce(elementType.byteCount, *)
    }

    /// The whole array, of any rank.
    ///
    /// - Throws: ``DatasetError``, also where the array takes more than 2 GiB.
    package func tensor() throws(DatasetError) -> Tensor {
        switch storage {
        case .memory(let tensor): return tensor
        case .file(let file, let offset):
            let byteCount = shape.reduce(elementType.byteCount, *)
            try checkReadByteCount(byteCount, what: "it")
            return try tensor(shape: shape, bytes: file.bytes(at: offset, count: byteCount))
        case .joined: return try rows(0..<(sampleCount ?? 0))
        }
    }

    /// The samples of a range, in order: shape `[range.count] + shape.dropFirst()`.
    package func rows(_ range: Range<Int>) throws(DatasetError) -> Tensor {
        try rows(runs: [range], count: range.count)
    }

    /// The samples at `indices`, in that order, repeated where an index is: shape `[indices.count] + shape.dropFirst()`.
    /// Neighbouring indices are read together, so that ascending ones cost least.
    package func rows(at indices: [Int]) throws(DatasetError) -> Tensor {
        var runs: [Range<Int>] = []
        for index in indices {
            guard index >= 0, index < sampleCount ?? 0 else { throw outOfRange(index) }
            if let last = runs.last, last.upperBound == index {
                runs[runs.count - 1] = last.lowerBound..<index + 1
            } else {
                runs.append(index..<index + 1)
            }
        }
        return try rows(runs: runs, count: indices.count)
    }

    private func rows(runs: [Range<Int>], count: Int) throws(DatasetError) -> Tensor {
        for run in runs where run.lowerBound < 0 || run.upperBound > sampleCount ?? 0 {
            throw outOfRange(run.lowerBound < 0 ? run.lowerBound : run.upperBound - 1)
        }
        let (byteCount, overflow) = count.multipliedReportingOverflow(by: sampleByteCount)
        try checkReadByteCount(overflow ? .max : byteCount, what: "a batch of \(count) samples")
        let bytes = try [UInt8].filled(count: byteCount) { buffer throws(DatasetError) in
            var filled = 0
            for run in runs {
                let part = UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<filled + run.count * sampleByteCount])
                try read(at: run.lowerBound * sampleByteCount, into: part)
                filled += part.count
            }
        }
        return try tensor(shape: [count] + shape.dropFirst(), bytes: bytes)
    }

    private func read(at position: Int, into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) {
        switch storage {
        case .memory(let tensor):
            tensor.bytes[position..<position + buffer.count].withUnsafeBytes { buffer.copyMemory(from: $0) }
        case .file(let file, let offset):
            try file.read(at: offset + position, into: buffer)
        case .joined(let first, let second):
            let own = first.sampleByteCount * (first.sampleCount ?? 0)
            let count = min(max(own - position, 0), buffer.count)
            let parts = (buffer[..<count], buffer[count...])
            if count > 0 { try first.read(at: position, into: UnsafeMutableRawBufferPointer(rebasing: parts.0)) }
            if count < buffer.count { try second.read(at: max(position - own, 0), into: UnsafeMutableRawBufferPointer(rebasing: parts.1)) }
        }
    }

    private func tensor(shape: [Int], bytes: [UInt8]) throws(DatasetError) -> Tensor {
        // NumPy takes every byte but 0 for true; in Swift, a Bool of any other byte is undefined behaviour.
        let bytes = elementType == .bool ? bytes.map { $0 == 0 ? 0 : 1 } : bytes
        do {
            return try Tensor(elementType: elementType, shape: shape, bytes: bytes)
        } catch {
            throw .badArray(name, file: file, reason: error.description)
        }
    }

    private func outOfRange(_ index: Int) -> DatasetError {
        let reason = sampleCount.map { "there is no sample \(index) among \($0)" } ?? "it is a scalar and has no samples"
        return .badArray(name, file: file, reason: reason)
    }

    private func checkReadByteCount(_ byteCount: Int, what: String) throws(DatasetError) {
        guard byteCount <= StoredArray.maximumReadByteCount else {
            throw .badArray(name, file: file, reason: "\(what) takes \(byteCount) bytes, more than the 2 GiB that are read at once")
        }
    }
}
