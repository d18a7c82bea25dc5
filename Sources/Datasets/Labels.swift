internal import Tensors

/// The classes that the samples belong to: one for each sample (`[N]`), or one for each of its positions (`[N, T]`).
package struct Labels: Sendable {
    /// The label of a position that does not count; single labels always count.
    package static let ignored = -100

    /// Labels per sample: 1 for `[N]`, else T.
    package let countPerSample: Int
    private let array: StoredArray
    private let dataset: Dataset

    fileprivate init(_ array: StoredArray, of dataset: Dataset) throws(DatasetError) {
        guard !array.elementType.isFloatingPoint, array.elementType != .bool else {
            throw .badArray(array.name, file: array.file, reason: "it holds \(array.elementType) but labels must be integers")
        }
        guard 1...2 ~= array.shape.count else {
            throw .badArray(array.name, file: array.file, reason: "its shape is \(array.shape) but labels have one or two axes")
        }
        self.array = array
        self.dataset = dataset
        countPerSample = array.shape.count == 1 ? 1 : array.shape[1]
    }

    /// The labels of the samples at `indices`, row-major: `indices.count * countPerSample` of them.
    package func values(_ indices: [Int]) throws(DatasetError) -> [Int] {
        let samples = try dataset.fileSamples(indices)
        let rows = try array.rows(at: samples)
        do throws(ConversionError) {
            return try integers(rows)
        } catch {
            guard case .element(let position, let reason) = error else {
                throw .badArray(array.name, file: array.file, reason: "labels must be integers")
            }
            throw .badSample(samples[position / countPerSample], array: array.name, reason: reason)
        }
    }

    /// Reads all labels.
    ///
    /// - Throws: ``DatasetError/badSample(_:array:reason:)`` for the first sample with a label that is neither in
    ///   0 ..< classes nor, in `[N, T]`, ``ignored``.
    package func check(classes: Int) throws(DatasetError) {
        for indices in try dataset.batches(of: max(1, (1 << 20) / countPerSample)) {
            let values = try values(indices)
            if let position = values.firstIndex(where: { !isValid($0, classes: classes) }) {
                let sample = try dataset.fileSamples([indices[position / countPerSample]])[0]
                throw .badSample(sample, array: array.name, reason: "label \(values[position]) is not one of \(classes) classes")
            }
        }
    }

    private func isValid(_ label: Int, classes: Int) -> Bool {
        label >= 0 && label < classes || label == Labels.ignored && array.shape.count == 2
    }
}

extension Dataset {
    /// The array `name` as labels.
    ///
    /// - Throws: ``DatasetError`` where it is not there or holds no labels.
    package func labels(named name: String = "labels") throws(DatasetError) -> Labels {
        try Labels(array(named: name), of: self)
    }
}
