import Datasets
import Tensors
import Testing

@Suite("Data sets")
struct DatasetTests {
    /// Samples whose every number tells which sample it is.
    private func makeDataset(_ count: Int) throws -> Dataset {
        let input = try Tensor(shape: [count, 2], (0..<count).flatMap { [Float($0), Float($0) + 0.5] })
        return try Dataset(arrays: [
            StoredArray(name: "input", tensor: input), StoredArray(name: "labels", tensor: Tensor((0..<count).map { Int32($0) })),
        ])
    }

    /// The samples of a data set, by its labels.
    private func samples(_ data: Dataset) throws -> [Int] {
        try data.labels().values(Array(0..<data.sampleCount))
    }

    @Test("Rows come in the order asked for")
    func rowsComeInTheOrderAskedFor() throws {
        let folder = try TemporaryFolder()
        let tensor = try Tensor(shape: [5, 2], (0..<10).map { Int16($0) })
        try ArrayFileWriter.writeNPZ([("a", tensor)], to: folder.file("a.npz"))
        for array in try [ArrayFile(path: folder.file("a.npz")).array(named: "a"), StoredArray(name: "a", tensor: tensor)] {
            #expect(array.sampleCount == 5)
            #expect(try array.rows(1..<3) == Tensor(shape: [2, 2], [2, 3, 4, 5] as [Int16]))
            #expect(try array.rows(at: [3, 4, 0, 0, 1]) == Tensor(shape: [5, 2], [6, 7, 8, 9, 0, 1, 0, 1, 2, 3] as [Int16]))
            #expect(try array.rows(2..<2) == Tensor(shape: [0, 2], [] as [Int16]))
            for index in [-1, 5, .max, .min] {
                #expect(throws: DatasetError.badArray("a", file: array.file, reason: "there is no sample \(index) among 5")) {
                    try array.rows(at: [0, index])
                }
            }
            #expect(throws: DatasetError.self) { try array.rows(4..<6) }
            #expect(throws: DatasetError.self) { try array.rows(-1..<2) }
            #expect(throws: DatasetError.self) { try array.rows(0..<Int.max) }
        }
        let scalar = StoredArray(name: "s", tensor: Tensor(scalar: 1 as Float))
        #expect(throws: DatasetError.badArray("s", file: nil, reason: "it is a scalar and has no samples")) { try scalar.rows(at: [0]) }
    }

    @Test("Batches cover all samples in order")
    func batchesCoverAllSamplesInOrder() throws {
        let data = try makeDataset(7)
        #expect(data.sampleCount == 7 && data.arrayNames == ["input", "labels"])
        #expect(Array(try data.batches(of: 3)) == [[0, 1, 2], [3, 4, 5], [6]])
        #expect(Array(try data.batches(of: .max)) == [Array(0..<7)])
        #expect(throws: DatasetError.badSetting("a batch of 0 samples is impossible")) { try data.batches(of: 0) }
        let batch = try data.batch([6, 2])
        #expect(try batch["input"] == Tensor(shape: [2, 2], [6, 6.5, 2, 2.5] as [Float]))
        #expect(batch["labels"] == Tensor([6, 2] as [Int32]))
        #expect(throws: DatasetError.badSetting("there is no sample 7 among 7")) { try data.batch([7]) }
    }

    @Test("A subset of a subset refers to the whole")
    func aSubsetOfASubsetRefersToTheWhole() throws {
        let data = try makeDataset(7).subset([5, 3, 1]).subset([2, 0])
        #expect(data.sampleCount == 2)
        #expect(try samples(data) == [1, 5])
        #expect(throws: DatasetError.badSetting("there is no sample 2 among 2")) { try data.subset([2]) }
        #expect(throws: DatasetError.self) { try data.subset([]) }
    }

    @Test("Parts of a split are disjoint, sorted and random")
    func partsOfASplitAreDisjointSortedAndRandom() throws {
        let data = try makeDataset(1000)
        let parts = try data.split(fractions: [0.5, 0.3, 0.2], seed: 7)
        #expect(parts.map(\.sampleCount) == [500, 300, 200])
        let all = try parts.map(samples)
        #expect(Set(all.flatMap { $0 }) == Set(0..<1000))
        for part in all { #expect(part == part.sorted()) }
        // The mean of 500 out of 0 ..< 1000 without replacement has a standard deviation of 9.1.
        #expect(abs(Double(all[0].reduce(0, +)) / 500 - 499.5) < 45)
        #expect(try data.split(fractions: [0.5, 0.3, 0.2], seed: 7).map(samples) == all)
        #expect(try data.split(fractions: [0.5, 0.3, 0.2], seed: 8).map(samples) != all)
        #expect(try data.split(counts: [500, 300, 200], seed: 7).map(samples) == all)
    }

    @Test("A seed means the same samples for ever")
    func aSeedMeansTheSameSamplesForEver() throws {
        // The published sequence of SplitMix64 from seed 1234567.
        var generator = SplitMix64(seed: 1_234_567)
        #expect((0..<3).map { _ in generator.next() } == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
        #expect(try samples(makeDataset(20).split(counts: [6], seed: 1)[0]) == [0, 1, 2, 9, 10, 13])
    }

    @Test("Impossible splits are refused")
    func impossibleSplitsAreRefused() throws {
        let data = try makeDataset(10)
        let problems: [([Double], String)] = [
            ([0.8, 0.4], "the shares of the samples add up to 1.2000000000000002, more than 1"),
            ([1.5], "1.5 is no share of the samples; it must lie between 0 and 1"),
            ([-0.5], "-0.5 is no share of the samples; it must lie between 0 and 1"),
            ([.nan], "nan is no share of the samples; it must lie between 0 and 1"),
            ([0.01], "a part of 0 samples is impossible; there are 10 samples to split"),
        ]
        for (fractions, problem) in problems {
            #expect(throws: DatasetError.badSetting(problem)) { try data.split(fractions: fractions, seed: 0) }
        }
        #expect(throws: DatasetError.badSetting("parts of 6, 5 samples do not fit into 10 samples")) {
            try data.split(counts: [6, 5], seed: 0)
        }
        #expect(throws: DatasetError.self) { try data.split(counts: [.max, .max], seed: 0) }
        #expect(try data.split(fractions: [0.1, 0.2, 0.7], seed: 0).map(\.sampleCount) == [1, 2, 7])
    }

    @Test("Arrays that do not go together are refused")
    func arraysThatDoNotGoTogetherAreRefused() throws {
        func array(_ name: String, _ shape: [Int]) throws -> StoredArray {
            StoredArray(
                name: name, tensor: try Tensor(elementType: .uint8, shape: shape, bytes: [UInt8](repeating: 0, count: shape.reduce(1, *))))
        }
        let problems: [([(String, [Int])], DatasetError)] = [
            ([], .badSetting("a data set needs at least one array")),
            ([("a", [3]), ("a", [3])], .badSetting("array 'a' is asked for twice")),
            ([("a", [3]), ("b", [4, 2])], .badArray("b", file: nil, reason: "it has 4 samples where array 'a' has 3")),
            ([("a", [])], .badArray("a", file: nil, reason: "it is a scalar; samples along a first axis are needed")),
            ([("a", [0, 3])], .badArray("a", file: nil, reason: "it has no samples")),
            ([("a", [3, 0])], .badArray("a", file: nil, reason: "its samples are empty: its shape is [3, 0]")),
        ]
        for (arrays, problem) in problems {
            #expect(throws: problem) { try Dataset(arrays: arrays.map { try array($0.0, $0.1) }) }
        }
    }

    @Test("Samples that take no space cannot be counted")
    func samplesThatTakeNoSpaceCannotBeCounted() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2305843009213693951, 0)}"), to: "a.npy")
        #expect(throws: DatasetError.badArray("a", file: path, reason: "its samples are empty: its shape is [2305843009213693951, 0]")) {
            try Dataset(path: path)
        }
    }

    @Test("Arrays of no interest do no harm")
    func arraysOfNoInterestDoNoHarm() throws {
        let folder = try TemporaryFolder()
        let text = npy("{'descr': '<U4', 'fortran_order': False, 'shape': (1,), }\n", data: [UInt8](repeating: 0, count: 16))
        let archive = ZIPBuilder(.init("x.npy", npy(bytes: [1, 2, 3])), .init("names.npy", text), .init("few.npy", npy(bytes: [1])))
        let path = try folder.write(archive.bytes, to: "a.npz")
        #expect(try Dataset(path: path, arrays: ["x"]).sampleCount == 3)
        #expect(throws: DatasetError.badArray("names", file: path, reason: "it holds text, not numbers")) { try Dataset(path: path) }
        #expect(throws: DatasetError.badArray("few", file: path, reason: "it has 1 samples where array 'x' has 3")) {
            try Dataset(path: path, arrays: ["x", "few"])
        }
        #expect(throws: DatasetError.missingArray("y", file: path, available: ["x", "names", "few"])) {
            try Dataset(path: path, arrays: ["y"])
        }
        #expect(DatasetError.missingArray("y", file: "a", available: ["x", "z"]).description == "no array 'y' in 'a'; there are 'x', 'z'")
    }

    @Test("Joined data sets have the samples of the first one, and then those of the second, whatever is picked from either")
    func joined() throws {
        let folder = try TemporaryFolder()
        let more = try Tensor(shape: [3, 2], [100, 101, 102, 103, 104, 105] as [Float])
        try ArrayFileWriter.writeNPZ([("input", more)], to: folder.file("more.npz"))
        let second = try Dataset(arrays: [ArrayFile(path: folder.file("more.npz")).array(named: "input")])
        let joined = try makeDataset(5).subset([4, 0, 2]).joined(with: second.subset([2, 1]))
        #expect(joined.sampleCount == 5 && joined.arrayNames == ["input"])
        let expected: [Float] = [4, 4.5, 0, 0.5, 2, 2.5, 104, 105, 102, 103]
        #expect(try joined.batch(Array(0..<5))["input"] == Tensor(shape: [5, 2], expected))
        // Neighbours in the file, across the seam, in one read.
        let whole = try makeDataset(5).joined(with: second)
        #expect(try whole.batch([3, 4, 5, 6])["input"] == Tensor(shape: [4, 2], [3, 3.5, 4, 4.5, 100, 101, 102, 103] as [Float]))
        #expect(try whole.array(named: "input").tensor().shape == [8, 2])
        #expect(throws: DatasetError.self) { try whole.batch([8]) }
    }

    @Test("Data sets whose samples differ in shape or type are not joined, nor those that lack an array")
    func notJoined() throws {
        let arrays = try [
            StoredArray(name: "input", tensor: Tensor(shape: [1, 3], [1, 2, 3] as [Float])),
            StoredArray(name: "input", tensor: Tensor(shape: [1, 2], [1, 2] as [Double])),
            StoredArray(name: "other", tensor: Tensor(shape: [1, 2], [1, 2] as [Float])),
        ]
        for array in arrays { #expect(throws: DatasetError.self) { try makeDataset(2).joined(with: Dataset(arrays: [array])) } }
    }
}
