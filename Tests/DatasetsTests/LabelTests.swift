import Datasets
import Tensors
import Testing

@Suite("Labels")
struct LabelTests {
    private func labels(_ tensor: Tensor) throws -> Labels {
        try Dataset(arrays: [StoredArray(name: "labels", tensor: tensor)]).labels()
    }

    @Test("Integers of every width are labels")
    func integersOfEveryWidthAreLabels() throws {
        let tensors: [Tensor] = [
            Tensor([2, 0, 1] as [UInt8]), Tensor([2, 0, 1] as [Int8]), Tensor([2, 0, 1] as [UInt16]), Tensor([2, 0, 1] as [Int16]),
            Tensor([2, 0, 1] as [UInt32]), Tensor([2, 0, 1] as [Int32]), Tensor([2, 0, 1] as [UInt64]), Tensor([2, 0, 1] as [Int64]),
        ]
        for tensor in tensors {
            let labels = try labels(tensor)
            #expect(labels.countPerSample == 1)
            #expect(try labels.values([1, 0, 2]) == [0, 2, 1])
            try labels.check(classes: 3)
            #expect(throws: DatasetError.badSample(0, array: "labels", reason: "label 2 is not one of 2 classes")) {
                try labels.check(classes: 2)
            }
        }
    }

    @Test("A label per position may be ignored")
    func aLabelPerPositionMayBeIgnored() throws {
        let labels = try labels(Tensor(shape: [2, 3], [0, -100, 4, 1, 2, -100] as [Int64]))
        #expect(labels.countPerSample == 3)
        #expect(try labels.values([1]) == [1, 2, -100])
        try labels.check(classes: 5)
        #expect(throws: DatasetError.badSample(0, array: "labels", reason: "label 4 is not one of 4 classes")) {
            try labels.check(classes: 4)
        }
    }

    @Test("The first sample out of range is named as in the file")
    func theFirstSampleOutOfRangeIsNamedAsInTheFile() throws {
        let data = try Dataset(arrays: [StoredArray(name: "y", tensor: Tensor([0, 1, 9, -1, -100] as [Int32]))])
        #expect(throws: DatasetError.badSample(2, array: "y", reason: "label 9 is not one of 2 classes")) {
            try data.labels(named: "y").check(classes: 2)
        }
        #expect(throws: DatasetError.badSample(3, array: "y", reason: "label -1 is not one of 10 classes")) {
            try data.labels(named: "y").check(classes: 10)
        }
        #expect(throws: DatasetError.badSample(4, array: "y", reason: "label -100 is not one of 2 classes")) {
            try data.subset([0, 4]).labels(named: "y").check(classes: 2)
        }
    }

    @Test("What is no label is refused")
    func whatIsNoLabelIsRefused() throws {
        let problems: [(Tensor, String)] = try [
            (Tensor([1, 2] as [Float]), "it holds float32 but labels must be integers"),
            (Tensor([true]), "it holds bool but labels must be integers"),
            (Tensor(shape: [1, 1, 1], [1] as [UInt8]), "its shape is [1, 1, 1] but labels have one or two axes"),
        ]
        for (tensor, problem) in problems {
            #expect(throws: DatasetError.badArray("labels", file: nil, reason: problem)) { try labels(tensor) }
        }
        #expect(throws: DatasetError.badSample(1, array: "labels", reason: "18446744073709551615 does not fit into int64")) {
            try labels(Tensor([0, UInt64.max])).values([0, 1])
        }
        let data = try Dataset(arrays: [StoredArray(name: "x", tensor: Tensor([1] as [UInt8]))])
        #expect(throws: DatasetError.missingArray("labels", file: nil, available: ["x"])) { try data.labels() }
    }
}
