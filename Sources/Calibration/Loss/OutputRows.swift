internal import Tensors

/// An output as rows of scores: one for each sample, or for each of its positions.
struct OutputRows {
    let count: Int
    /// Classes; entries that stand for themselves.
    let width: Int
    var shape: [Int] { output.shape }
    private let output: Tensor

    /// - Parameter output: [samples, classes], where further axes of length 1 are looked through; [samples, positions, classes];
    ///   [samples * positions, classes]; for losses whose entries stand for themselves any shape whose first axis runs over samples.
    init(_ output: Tensor, loss: Loss.Kind, samples: Int) throws(LossError) {
        let shape = output.shape
        guard let width = OutputRows.width(of: shape, loss: loss), width > 0, let first = shape.first, samples == 0 || first % samples == 0
        else { throw .shape(shape, loss: loss, samples: samples) }
        guard output.floatingPointElements(0..<0) != nil else { throw .elementType(output.elementType) }
        self.output = output
        self.width = width
        count = output.elementCount / width
    }

    /// One at a time: the scores of a large vocabulary take twice their size as float64.
    subscript(row: Int) -> [Double] {
        output.floatingPointElements((row * width)..<((row + 1) * width)) ?? []
    }

    /// All entries of one of so many samples, whose first axis may hold several rows each.
    func entries(sample: Int, of samples: Int) -> [Double] {
        let length = output.elementCount / samples
        return output.floatingPointElements((sample * length)..<((sample + 1) * length)) ?? []
    }

    /// How many of an output's entries make one row; nil where it has no rows.
    static func width(of shape: [Int], loss: Loss.Kind) -> Int? {
        guard !shape.isEmpty else { return nil }
        guard loss.isCategorical else { return shape.dropFirst().reduce(1, *) }
        guard shape.count >= 2 else { return nil }
        return shape.dropFirst(2).allSatisfy { $0 == 1 } ? shape[1] : shape.last
    }
}
