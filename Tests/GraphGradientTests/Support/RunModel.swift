import Foundation
import ONNXModel
import SwiftProtobuf
import Tensors

/// Runs a model in ONNX Runtime and returns its outputs by name.
func runModel(_ model: ModelProto, _ inputs: [String: Tensor]) throws -> [String: Tensor] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "jointrank-run-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try model.serializedData().write(to: folder.appending(path: "gradient-model.onnx"))
    var graph = GraphProto()
    graph.initializer = inputs.map(TensorProto.init(name:_:))
    try graph.serializedData().write(to: folder.appending(path: "inputs.pb"))
    try ReferencePython.run("run_models.py", [folder])
    let result = try GraphProto(serializedBytes: Data(contentsOf: folder.appending(path: "gradient-model.pb")))
    if result.initializer.isEmpty { throw ReferencePython.ScriptFailed(message: result.docString) }
    return Dictionary(uniqueKeysWithValues: try result.initializer.map { ($0.name, try Tensor(rawDataOf: $0)) })
}
