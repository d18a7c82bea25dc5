import Datasets
import TestSupport
import Tensors
import Testing

@testable import Calibration

@Suite("Padding")
struct PaddingTests {
    private let folder = try? TemporaryFolder()
    private let ids = try? Tensor(shape: [3, 5], [1, 2, 3, 0, 0, 4, 0, 0, 0, 0, 5, 6, 7, 8, 9] as [Int64])
    private let mask = try? Tensor(shape: [3, 5], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1] as [Int64])

    private func source(positions: Int? = nil, labels: Tensor = Tensor([0, 1, 2] as [Int64]), mask name: String = "attention_mask") throws
        -> SampleSource
    {
        let inputs = try describedInputs(("ids", [nil, positions], .int64), (name, [nil, positions], .int64))
        return try sampleSource(
            [("ids", #require(ids)), (name, #require(mask)), ("labels", labels)], for: inputs, in: #require(folder))
    }

    @Test("Positions that no sample of a batch uses are cut off")
    func cutting() throws {
        let source = try source()
        #expect(try source.inputs([0, 1])["ids"] == Tensor(shape: [2, 3], [1, 2, 3, 4, 0, 0] as [Int64]))
        #expect(try source.inputs([1])["attention_mask"] == Tensor(shape: [1, 1], [1] as [Int64]))
        #expect(try source.inputs([0, 2])["ids"]?.shape == [2, 5])
        #expect(try source.wholeInputs([1])["ids"]?.shape == [1, 5])
        #expect(try source.withoutCutting.inputs([1])["ids"]?.shape == [1, 5])
        #expect(try source.subset([1]).inputs([0])["ids"]?.shape == [1, 1])
    }

    @Test("Trials of two and three samples differ in both lengths")
    func trials() throws {
        #expect(try [2, 3].map { try source().trial($0)["ids"]?.shape } == [[2, 5], [3, 4]])
        #expect(try source().wholeTrial(4)["ids"]?.shape == [4, 5])
    }

    @Test("Labels of positions are cut with them, but never one that counts")
    func labels() throws {
        let labels = try Tensor(shape: [3, 5], [1, 1, -100, -100, -100, 1, -100, -100, 2, -100, 3, 3, 3, 3, 3] as [Int64])
        let source = try source(labels: labels)
        #expect(try source.targets([0]) == .classes([1, 1, -100], positions: 3))
        #expect(try source.targets([1]) == .classes([1, -100, -100, 2], positions: 4))
        #expect(try source.inputs([1])["ids"]?.shape == [1, 4])
    }

    @Test("Nothing is cut where the model fixes the length, or no input is a mask")
    func uncut() throws {
        #expect(try source(positions: 5).inputs([1])["ids"]?.shape == [1, 5])
        #expect(try source(mask: "segments").inputs([1])["ids"]?.shape == [1, 5])
    }
}
