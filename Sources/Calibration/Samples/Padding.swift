internal import Datasets
internal import OnnxRuntimeEngine
internal import Tensors

/// The end of sequences that a mask says nobody looks at. What none of a batch's samples uses is cut off, which saves its time and changes
/// nothing.
struct Padding: Sendable {
    /// The input that says which positions count.
    let mask: String
    /// Positions of every sample in the file.
    let length: Int

    /// - Returns: nil where no input is a mask of positions, or the model fixes how many there are.
    init?(of dataset: Dataset, inputs: [ValueDescription]) throws(DatasetError) {
        var found: (mask: String, length: Int)?
        for input in inputs where input.name.lowercased().contains("mask") {
            let shape = try dataset.array(named: input.name).shape
            if shape.count == 2, shape[1] > 2 { found = (input.name, shape[1]) }
        }
        guard let found else { return nil }
        for input in inputs where try dataset.array(named: input.name).shape.dropFirst().first == found.length {
            guard input.shape.count > 1, input.shape[0] == nil, input.shape[1] == nil else { return nil }
        }
        (mask, length) = found
    }

    /// Positions up to the last one that a mask lets through in any sample.
    ///
    /// - Parameter mask: [samples, positions].
    func used(in mask: Tensor) -> Int {
        let counts = counts(in: mask)
        return (counts.indices.filter { counts[$0] }.map { $0 % length }.max() ?? 0) + 1
    }

    /// Whether a mask lets a position through, sample after sample.
    func counts(in mask: Tensor) -> [Bool] {
        let width = mask.elementType.byteCount
        // Whatever the type, zero is made of zeros.
        return stride(from: 0, to: mask.bytes.count, by: width).map { start in mask.bytes[start..<(start + width)].contains { $0 != 0 } }
    }

    /// The tensor without the positions from `end` on, where it has an axis of positions.
    func cut(_ tensor: Tensor, to end: Int) throws(TensorError) -> Tensor {
        guard tensor.shape.count > 1, tensor.shape[1] == length, end < length else { return tensor }
        let block = tensor.bytes.count / max(tensor.shape[0] * length, 1)
        let kept = (0..<tensor.shape[0]).flatMap { tensor.bytes[($0 * length * block)..<(($0 * length + end) * block)] }
        return try Tensor(elementType: tensor.elementType, shape: [tensor.shape[0], end] + tensor.shape.dropFirst(2), bytes: kept)
    }
}
