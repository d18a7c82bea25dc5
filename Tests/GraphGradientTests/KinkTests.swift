import Foundation
import GraphGradient
import ONNXModel
import OnnxRuntimeEngine
import SwiftProtobuf
import Tensors
import Testing

/// Where a function has no derivative, central differences cannot judge: the documented conventions, in numbers.
@Suite("Kinks", .enabled(if: OldModel.runtimeIsInstalled, Comment(rawValue: OldModel.hint)))
struct KinkTests {
    @Test("Activations")
    func activations() throws {
        let points = Tensor([-1, 0, 1] as [Float])
        let expected: [String: [Float]] = [
            "Relu": [0, 0, 1], "LeakyRelu": [0.01, 0.01, 1], "Elu": [exp(-1), 1, 1], "Celu": [exp(-1), 1, 1], "Abs": [-1, 0, 1],
        ]
        for (operation, slopes) in expected {
            try expect(try gradients(operation, [points]), [slopes], operation)
        }
        let selu: Float = 1.0507009873554804935
        try expect(try gradients("Selu", [Tensor([0, 1] as [Float])]), [[selu * 1.6732632423543772848, selu]], "Selu")
        try expect(try gradients("ThresholdedRelu", [points]), [[0, 0, 0]], "ThresholdedRelu")
        try expect(try gradients("HardSigmoid", [Tensor([-2.5, 0, 2.5] as [Float])]), [[0, 0.2, 0]], "HardSigmoid")
        try expect(try gradients("HardSwish", [Tensor([-3, 0, 3] as [Float])]), [[0, 0.5, 1]], "HardSwish")
    }

    @Test("Clip")
    func clip() throws {
        let points = Tensor([-2, -1, 0, 1, 2] as [Float])
        let (low, high) = (Tensor(scalar: Float(-1)), Tensor(scalar: Float(1)))
        try expect(try gradients("Clip", [points, low, high]), [[0, 1, 1, 1, 0], [1], [1]], "Clip")
    }

    @Test("Ties of inputs")
    func tiesOfInputs() throws {
        let (a, b, c) = (Tensor([1, 2, 3] as [Float]), Tensor([1, 2, 0] as [Float]), Tensor([0, 2, 3] as [Float]))
        try expect(try gradients("Max", [a, b, c]), [[1, 1, 1], [0, 0, 0], [0, 0, 0]], "Max")
        try expect(try gradients("Min", [a, b, c]), [[0, 1, 0], [0, 0, 1], [1, 0, 0]], "Min")
    }

    @Test("Ties of elements")
    func tiesOfElements() throws {
        let points = Tensor([3, 1, 3, 1, 2] as [Float])
        try expect(try gradients("ReduceMax", [points], output: [1]), [[0.5, 0, 0.5, 0, 0]], "ReduceMax")
        try expect(try gradients("ReduceMin", [points], output: [1]), [[0, 0.5, 0, 0.5, 0]], "ReduceMin")
    }

    @Test("Origins")
    func origins() throws {
        let zeros = Tensor([0, 0] as [Float])
        try expect(try gradients("ReduceL2", [zeros], output: [1]), [[0, 0]], "ReduceL2")
        try expect(try gradients("ReduceL1", [zeros], output: [1]), [[0, 0]], "ReduceL1")
        try expect(try gradients("Pow", [zeros, Tensor([0, 2] as [Float])]), [[0, 0], [0, 0]], "Pow")
    }

    /// The gradients of the sum of a node's output by all inputs.
    private func gradients(_ opType: String, _ inputs: [Tensor], output: [Int]? = nil) throws -> [[Float]] {
        let shape = output ?? inputs[0].shape
        let example = GradientCase(opType, opType, [], inputs.map { .variable($0.shape.map(Length.fixed)) })
        var types = ["y0": TensorType(.float32, shape.map(Dimension.fixed))]
        var feeds = ["cotangent/y0": try Tensor(shape: shape, [Float](repeating: 1, count: shape.reduce(1, *)))]
        for (name, tensor) in zip(example.targets, inputs) {
            types[name] = TensorType(.float32, tensor.shape.map(Dimension.fixed))
            feeds[name] = tensor
        }
        let model = try example.gradientModel(types: types, rules: GradientRules.all)
        let results = try Session(model: model.serializedBytes() as Data).run(feeds)
        return try example.targets.map { try #require(results["gradient/\($0)"]?.elements()) }
    }

    private func expect(
        _ actual: [[Float]], _ expected: [[Float]], _ name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try #require(actual.map(\.count) == expected.map(\.count), sourceLocation: sourceLocation)
        let errors = zip(actual.joined(), expected.joined()).map { abs($0 - $1) }
        #expect(errors.allSatisfy { $0 <= 1e-6 }, "\(name): \(actual), not \(expected)", sourceLocation: sourceLocation)
    }
}
