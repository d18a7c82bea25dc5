import Calibration
import Datasets
import OnnxRuntimeEngine
import Tensors
import TestSupport
import Testing

@Suite("Labelled samples for a model")
struct SampleSourceTests {
    private let folder = try? TemporaryFolder()

    private func source(
        _ x: Tensor?, labels: Tensor? = Tensor([0, 1, 2] as [Int64]), for inputs: [ValueDescription]? = nil,
        transform: InputTransform = .identity
    ) throws -> SampleSource {
        let inputs = try inputs ?? describedInputs(("x", [nil, 2], .float32))
        let arrays = [("x", x), ("labels", labels)].compactMap { name, tensor in tensor.map { (name: name, tensor: $0) } }
        return try sampleSource(arrays, for: inputs, transform: transform, in: #require(folder))
    }

    private let floats = try? Tensor(shape: [3, 2], [0, 1, 2, 3, 4, 5] as [Float])

    @Test("Inputs and labels of any samples, in any order")
    func reading() throws {
        let source = try source(floats)
        #expect(source.count == 3)
        #expect(try source.inputs([2, 0])["x"] == Tensor(shape: [2, 2], [4, 5, 0, 1] as [Float]))
        #expect(try source.targets([2, 0]) == .classes([2, 0], positions: 1))
    }

    @Test("Integers become floats by the transform")
    func transform() throws {
        let bytes = try Tensor(shape: [3, 2], [0, 1, 2, 3, 4, 5] as [UInt8])
        let transform = try InputTransform(scale: 2, mean: [1], std: [0.5])
        #expect(try source(bytes, transform: transform).inputs([1])["x"] == Tensor(shape: [1, 2], [6, 10] as [Float]))
    }

    @Test("A transform that nothing takes is a mistake of the user")
    func unusedTransform() throws {
        let transform = try InputTransform(mean: [1])
        #expect { try source(floats, transform: transform) } throws: { error in
            if case .badSetting = error as? DatasetError { true } else { false }
        }
    }

    @Test("Parts are disjoint, and the same for the same seed")
    func splitting() throws {
        let source = try source(floats)
        let parts = try source.split(counts: [2, 1], seed: 3)
        #expect(parts.map(\.count) == [2, 1])
        let classes = try [parts[0].targets([0, 1]), parts[1].targets([0])].flatMap { targets in
            if case .classes(let labels, positions: 1) = targets { labels } else { [] as [Int] }
        }
        #expect(classes.sorted() == [0, 1, 2])
        #expect(try source.split(counts: [2, 1], seed: 3)[0].targets([0, 1]) == parts[0].targets([0, 1]))
    }

    @Test("Shapes must be those of the model's input, as far as it fixes them")
    func shapes() throws {
        #expect(throws: SampleError.inputShape("x", expected: [nil, 3], actual: [3, 2])) {
            try source(floats, for: describedInputs(("x", [nil, 3], .float32)))
        }
        #expect(throws: SampleError.inputShape("x", expected: [nil, 2, 1], actual: [3, 2])) {
            try source(floats, for: describedInputs(("x", [nil, 2, 1], .float32)))
        }
        #expect(throws: Never.self) { try source(floats, for: describedInputs(("x", [nil, nil], .float32))) }
        #expect(throws: Never.self) { try source(floats, for: describedInputs(("x", [8, 2], .float32))) }
    }

    @Test("Missing arrays are named")
    func missing() throws {
        #expect { try source(nil) } throws: { "\($0)".contains("no array 'x'") }
        #expect { try source(floats, labels: nil) } throws: { "\($0)".contains("no array 'labels'") }
    }

    @Test("Labels of classes must be integers, and be among them")
    func labels() throws {
        let two = try Tensor(shape: [3, 2], [0, 1, 0, -100, 0, 1] as [Int64])
        #expect(try source(floats, labels: two).targets([1, 2]) == .classes([0, -100, 0, 1], positions: 2))
        #expect { try source(floats, labels: Tensor([0, 1, 2] as [Float])) } throws: { "\($0)".contains("labels must be integers") }
        let samples = try source(floats)
        #expect { try samples.checkLabels(classes: 2) } throws: { "\($0)".contains("sample 2: label 2 is not one of 2 classes") }
        #expect(throws: Never.self) { try samples.checkLabels(classes: 3) }
    }
}
