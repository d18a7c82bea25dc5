import Calibration
import Datasets
import ONNXModel
import OnnxRuntimeEngine
import Tensors
import TestSupport

/// What the runtime says of inputs with these names, shapes and types.
func describedInputs(_ inputs: (name: String, shape: [Int?], elementType: ElementType)...) throws -> [ValueDescription] {
    let graph = graph(
        inputs.map { node("Identity", [$0.name], "\($0.name).copy") },
        inputs: inputs.map { value($0.name, $0.shape, $0.elementType) },
        outputs: inputs.map { value("\($0.name).copy", $0.shape, $0.elementType) })
    return try Session(model: model(graph).serialized()).inputs
}

/// Samples of arrays that are written to a file in a folder.
func sampleSource(
    _ arrays: [(name: String, tensor: Tensor)], for inputs: [ValueDescription], targets: Targets.Kind = .classes,
    transform: InputTransform = .identity, in folder: TemporaryFolder
) throws -> SampleSource {
    let path = folder.path("samples.npz")
    try ArrayFileWriter.writeNPZ(arrays, to: path)
    return try SampleSource(path: path, inputs: inputs, labels: "labels", targets: targets, transform: transform)
}
