internal import Tensors

/// An output as rows of scores: one for each sample, or for each of its positions.
struct OutputRows {
    /// Row-major.
    let values: [Double]
    let count: Int
    /// Classes; entries that stand for themselves.
    let width: Int
    let shape: [Int]

    /// - Parameter output: [samples, classes], where further axes of length 1 are looked through; [samples, positions, classes];
    ///   [samples * positions, classes]; for losses whose entries stand for themselves any shape whose first axis runs over samples.
    init(_ output: Tensor, loss: Loss.Kind, samples: Int) throws(LossError) {
        shape = output.shape
        guard let width = OutputRows.width(of: shape, loss: loss), width > 0, let first = shape.first, samples == 0 || first % samples == 0
        else { throw .shape(shape, loss: loss, samples: samples) }
        guard let values = output.floatingPointElements else { throw .elementType(output.elementType) }
        self.values = values
        self.width = width
        count = values.count / width
    }

    /// How many of an output's entries make one row; nil where it has no rows.
    static func width(of shape: [Int], loss: Loss.Kind) -> Int? {
        guard !shape.isEmpty else { return nil }
        guard loss == .crossEntropy else { return shape.dropFirst().reduce(1, *) }
        guard shape.count >= 2 else { return nil }
        return shape.dropFirst(2).allSatisfy { $0 == 1 } ? shape[1] : shape.last
    }
}
