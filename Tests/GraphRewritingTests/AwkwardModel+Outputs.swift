import ONNXModel
import OnnxRuntimeEngine
import Tensors
import Testing

extension AwkwardModel {
    /// Whether two models give the same outputs, up to 1e-5 of the largest element.
    func expectEqualOutputs(_ actual: Model, _ expected: Model) throws {
        let inputs = try tensors()
        let actual = try Session(model: actual.serialized()).run(inputs)
        let expected = try Session(model: expected.serialized()).run(inputs)
        #expect(actual.keys.sorted() == expected.keys.sorted(), "\(self)")
        for (name, tensor) in expected {
            #expect(actual[name]?.shape == tensor.shape, "\(self): \(name)")
            let computed = try #require(actual[name]?.doubles, "\(self): \(name)")
            let scale = tensor.doubles.map(abs).max() ?? 0
            let error = zip(computed, tensor.doubles).map { abs($0 - $1) }.max() ?? 0
            #expect(scale > 0.1 && error <= 1e-5 * scale, "\(self): \(name) differs by \(error) at a scale of \(scale)")
        }
    }
}

extension Tensor {
    var doubles: [Double] {
        elements(as: Float.self)?.map(Double.init) ?? elements(as: Double.self) ?? []
    }
}
