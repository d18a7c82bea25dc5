import Datasets
import ONNXModel
import OnnxRuntimeEngine
import TestSupport
import Tensors

/// Random inputs for a model, with labels.
struct Samples {
    var arrays: [(name: String, tensor: Tensor)]

    init(arrays: [(name: String, tensor: Tensor)]) {
        self.arrays = arrays
    }

    /// Normal inputs, labelled with the class that `teacher` scores highest.
    ///
    /// - Parameters:
    ///   - teacher: takes batches of any size.
    ///   - classes: the number of its scores.
    init(count: Int, seed: UInt64 = 7, labelledBy teacher: Model, classes: Int = Networks.classes) throws {
        let session = try Session(model: teacher.serialized())
        var random = RandomTensors(seed: seed)
        var inputs: [String: Tensor] = [:]
        arrays = []
        for input in session.inputs {
            let single = try random.normal([count] + input.shape.dropFirst().map { $0 ?? 1 })
            let tensor =
                input.elementType == .float64
                ? try Tensor(shape: single.shape, (single.elements(as: Float.self) ?? []).map(Double.init)) : single
            inputs[input.name] = tensor
            arrays.append((input.name, tensor))
        }
        let name = session.outputs[0].name
        let scores = try session.run(inputs)[name]
        let values = scores?.elements(as: Float.self) ?? scores?.elements(as: Double.self)?.map { Float($0) } ?? []
        let labels = stride(from: 0, to: values.count, by: classes).map { start -> Int64 in
            let row = values[start..<start + classes]
            return Int64((row.indices.max { row[$0] < row[$1] } ?? start) - start)
        }
        arrays.append(("labels", Tensor(labels)))
    }

    @discardableResult
    func write(to path: String) throws -> String {
        try ArrayFileWriter.writeNPZ(arrays, to: path)
        return path
    }

    /// The samples with one array exchanged, or without it.
    func replacing(_ name: String, by tensor: Tensor?) -> Samples {
        Samples(arrays: arrays.compactMap { $0.name == name ? tensor.map { (name, $0) } : $0 })
    }
}
