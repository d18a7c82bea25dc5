internal import Files
package import Tensors

/// Samples: arrays whose first axes are equally long, read in batches.
///
/// A subset shares its arrays with the whole. In errors, samples are numbered as in the file, also those of a subset.
package struct Dataset: Sendable {
    /// In the order in which they were asked for.
    package let arrays: [StoredArray]
    package let sampleCount: Int
    /// The arrays' samples that belong to this data set, in order; nil for all.
    private let selection: [Int]?

    /// So many indices, 2 GiB of them, can still be shuffled in memory.
    private static let maximumSampleCount = 1 << 28

    /// Arrays of a file.
    ///
    /// - Parameter names: the arrays that are wanted; all of the file's where it is nil. Others are not looked at.
    package init(path: String, arrays names: [String]? = nil) throws(DatasetError) {
        let file = try ArrayFile(path: path)
        var arrays: [StoredArray] = []
        for name in names ?? file.arrayNames {
            arrays.append(try file.array(named: name))
        }
        guard !arrays.isEmpty else { throw .badFile(path, reason: "no arrays are in it, or none are wanted") }
        try self.init(arrays: arrays)
    }

    /// - Throws: ``DatasetError`` where there is no array, two have one name, one is a scalar or has no samples or empty
    ///   ones, or the counts of samples differ.
    package init(arrays: [StoredArray]) throws(DatasetError) {
        guard let first = arrays.first else { throw .badSetting("a data set needs at least one array") }
        var names: Set<String> = []
        for array in arrays {
            guard names.insert(array.name).inserted else { throw .badSetting("array \(array.name.quoted) is asked for twice") }
            guard let count = array.sampleCount else {
                throw .badArray(array.name, file: array.file, reason: "it is a scalar; samples along a first axis are needed")
            }
            guard count > 0 else { throw .badArray(array.name, file: array.file, reason: "it has no samples") }
            guard array.sampleByteCount > 0 else {
                throw .badArray(array.name, file: array.file, reason: "its samples are empty: its shape is \(array.shape)")
            }
            guard count <= Dataset.maximumSampleCount else {
                throw .badArray(array.name, file: array.file, reason: "it has \(count) samples, more than \(Dataset.maximumSampleCount)")
            }
            guard count == first.sampleCount else {
                throw .badArray(
                    array.name, file: array.file,
                    reason: "it has \(count) samples where array \(first.name.quoted) has \(first.sampleCount ?? 0)")
            }
        }
        self.arrays = arrays
        sampleCount = first.sampleCount ?? 0
        selection = nil
    }

    private init(arrays: [StoredArray], selection: [Int]) {
        self.arrays = arrays
        self.selection = selection
        sampleCount = selection.count
    }

    package var arrayNames: [String] { arrays.map(\.name) }

    package func array(named name: String) throws(DatasetError) -> StoredArray {
        guard let array = arrays.first(where: { $0.name == name }) else {
            throw .missingArray(name, file: arrays.first?.file, available: arrayNames)
        }
        return array
    }

    /// The samples at `indices` (0 ..< sampleCount, in any order) of every array.
    package func batch(_ indices: [Int]) throws(DatasetError) -> [String: Tensor] {
        let samples = try fileSamples(indices)
        var batch: [String: Tensor] = [:]
        for array in arrays {
            batch[array.name] = try array.rows(at: samples)
        }
        return batch
    }

    /// The samples at `indices` of the arrays that a model takes, in the types that it takes them in.
    ///
    /// - Parameter types: the element type of each input by its name; other arrays are not read.
    /// - Throws: ``DatasetError``: an input has no array, or as ``convert(_:of:to:transform:)``.
    package func inputs(
        _ indices: [Int], as types: [String: ElementType], transform: InputTransform = .identity
    ) throws(DatasetError) -> [String: Tensor] {
        let samples = try fileSamples(indices)
        var inputs: [String: Tensor] = [:]
        for name in types.keys.sorted() {
            guard let type = types[name] else { continue }
            let array = try array(named: name)
            do throws(DatasetError) {
                inputs[name] = try convert(array.rows(at: samples), of: name, to: type, transform: transform)
            } catch {
                switch error {
                case .badSample(let position, let name, let reason) where samples.indices.contains(position):
                    throw .badSample(samples[position], array: name, reason: reason)
                case .badArray(let name, nil, let reason): throw .badArray(name, file: array.file, reason: reason)
                default: throw error
                }
            }
        }
        return inputs
    }

    /// The batches 0 ..< size, size ..< 2 size and so on; the last may be smaller.
    ///
    /// - Throws: ``DatasetError/badSetting(_:)`` where `size` is not positive.
    package func batches(of size: Int) throws(DatasetError) -> some Sequence<[Int]> & Sendable {
        guard size > 0 else { throw .badSetting("a batch of \(size) samples is impossible") }
        return Batches(sampleCount: sampleCount, size: min(size, sampleCount))
    }

    /// The samples at `indices`, in that order.
    package func subset(_ indices: [Int]) throws(DatasetError) -> Dataset {
        guard !indices.isEmpty else { throw .badSetting("a subset without samples is no data set") }
        return Dataset(arrays: arrays, selection: try fileSamples(indices))
    }

    /// These samples, and then those of another data set, of the arrays that the other one has.
    ///
    /// - Throws: ``DatasetError`` where an array is missing here, or its samples differ in shape or type.
    package func joined(with other: Dataset) throws(DatasetError) -> Dataset {
        var joined: [StoredArray] = []
        for array in other.arrays { joined.append(try StoredArray(self.array(named: array.name), followedBy: array)) }
        let start = arrays.first?.sampleCount ?? 0
        let samples = try fileSamples(Array(0..<sampleCount)) + other.fileSamples(Array(0..<other.sampleCount)).map { start + $0 }
        return try Dataset(arrays: joined).subset(samples)
    }

    /// Where the samples at `indices` lie in the arrays.
    package func fileSamples(_ indices: [Int]) throws(DatasetError) -> [Int] {
        for index in indices where index < 0 || index >= sampleCount {
            throw .badSetting("there is no sample \(index) among \(sampleCount)")
        }
        return selection.map { selection in indices.map { selection[$0] } } ?? indices
    }
}

/// The indices of one batch after the other.
private struct Batches: Sequence, IteratorProtocol, Sendable {
    let sampleCount: Int
    let size: Int
    private var start = 0

    init(sampleCount: Int, size: Int) {
        self.sampleCount = sampleCount
        self.size = size
    }

    mutating func next() -> [Int]? {
        guard start < sampleCount else { return nil }
        defer { start += size }
        return Array(start..<Swift.min(start + size, sampleCount))
    }
}
