internal import ONNXModel
package import OnnxRuntimeEngine

/// How many samples go through a model at a time.
package struct BatchPolicy: Sendable, Hashable {
    /// The length that the model fixes for the first axis of its inputs; nil where it is free.
    package let fixed: Int?

    /// More than any model fixes in earnest, and few enough to be filled up from a small data file.
    private static let longest = 1 << 16

    /// - Throws: ``BatchError`` where the inputs fix different lengths, or an impossible one.
    package init(inputs: [ValueDescription]) throws(BatchError) {
        let lengths = Set(inputs.compactMap { $0.shape.first ?? nil })
        guard lengths.count <= 1 else { throw .differentLengths(lengths.sorted()) }
        if let length = lengths.first, !(1...BatchPolicy.longest).contains(length) { throw .impossibleLength(length) }
        fixed = lengths.first
    }

    /// Whether samples can lie along the first axis of a value, perhaps with their positions: the axis follows the number of samples, or
    /// is a multiple of the number that the model fixes.
    func isFirstAxis(of type: TensorType?) -> Bool {
        guard let first = type?.shape.first else { return false }
        return fixed.map { (first.fixedLength ?? 0) % $0 == 0 } ?? (first == .dynamic)
    }

    /// Consecutive batches of `size` that cover `count` samples. Where the model fixes the size, the last batch is filled up with the
    /// last sample, and `valid` says how many are real.
    package func batches(count: Int, size: Int) -> [(indices: [Int], valid: Int)] {
        stride(from: 0, to: count, by: size).map { start in
            let indices = Array(start..<min(start + size, count))
            let missing = fixed == nil ? 0 : size - indices.count
            return (indices + Array(repeating: count - 1, count: missing), indices.count)
        }
    }
}
