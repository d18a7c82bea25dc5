internal import Datasets
internal import Tensors

extension SampleSource {
    /// Samples that are looked at together.
    private static let block = 1024

    /// How many answers the labels ask for, of all samples together; 0 where there are none.
    package func answerCount() throws -> Int {
        try stride(from: 0, to: count, by: SampleSource.block).reduce(0) { sum, start in
            switch try targets(Array(start..<min(start + SampleSource.block, count))) {
            case .classes(let labels, _): sum + labels.count { $0 != Labels.ignored }
            case .values(let values, _): sum + values.count
            case .distributions, .none: sum
            }
        }
    }

    /// Whether labels are the ids that come next in one of the inputs, as those of a language model: at every position of the first samples whose
    /// label counts, but for the last, and at one at least.
    package func continuesItself() throws -> Bool {
        let indices = Array(0..<min(count, SampleSource.block))
        guard case .classes(let labels, let positions) = try targets(indices), positions > 1 else { return false }
        // The labels, and the ids: else there is nothing to read, which may be large.
        let sequences = dataset.arrays.filter { [.int32, .int64].contains($0.elementType) && $0.shape.count == 2 }
        guard sequences.count > 1 else { return false }
        return try inputs(indices).values.contains { input in
            guard input.shape == [indices.count, positions], let ids = input.integers else { return false }
            let compared = labels.indices.filter { ($0 + 1) % positions != 0 && labels[$0] != Labels.ignored }
            return !compared.isEmpty && compared.allSatisfy { labels[$0] == ids[$0 + 1] }
        }
    }
}

extension Tensor {
    /// nil where these are no int32 or int64.
    fileprivate var integers: [Int]? {
        if let values = elements(as: Int64.self) { return values.map { Int($0) } }
        return elements(as: Int32.self)?.map { Int($0) }
    }
}
