import Foundation
import ONNXModel
import SwiftProtobuf
import Tensors

/// The Python environment with the `onnx` package that `Scripts/bootstrap` makes for tests.
enum ReferencePython {
    private static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
    private static let interpreter = packageRoot.appending(path: ".deps/venv/bin/python")

    static let isInstalled = FileManager.default.isExecutableFile(atPath: interpreter.path)
    static let hint = "needs .deps/venv with the onnx package: run Scripts/bootstrap"

    /// Runs one of the scripts beside this file.
    static func run(_ script: String, _ arguments: [URL]) throws {
        let process = Process()
        process.executableURL = interpreter
        process.arguments = [URL(filePath: #filePath).deletingLastPathComponent().appending(path: script).path] + arguments.map(\.path)
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let message = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw ScriptFailed(message: String(decoding: message, as: UTF8.self)) }
    }

    struct ScriptFailed: Error {
        let message: String
    }
}

/// What `central_differences.py` found out about a model.
struct ReferenceResult {
    /// `output/NAME`, `cotangent/NAME`, `gradient/NAME`, all float64.
    let values: [String: Tensor]
    private let valueInfos: [ValueInfoProto]

    init(contentsOf folder: URL) throws {
        let result = try GraphProto(serializedBytes: Data(contentsOf: folder.appending(path: "result.pb")))
        values = Dictionary(uniqueKeysWithValues: try result.initializer.map { ($0.name, try Tensor(rawDataOf: $0)) })
        valueInfos = result.valueInfo
    }

    /// The types of all values, with the lengths of the comparison's batch or with its axis dynamic.
    func types(batchIsFixed: Bool) -> [String: TensorType] {
        var types: [String: TensorType] = [:]
        for info in valueInfos {
            guard let elementType = ElementType(rawValue: info.type.tensorType.elemType) else { continue }
            types[info.name] = TensorType(
                elementType,
                info.type.tensorType.shape.dim.map { dimension in
                    // The script names an axis "LENGTH" for the comparison's batch.
                    if case .dimParam(let length) = dimension.value {
                        batchIsFixed ? Int(length).map(Dimension.fixed) ?? .dynamic : .dynamic
                    } else {
                        .fixed(Int(dimension.dimValue))
                    }
                })
        }
        return types
    }

    func cotangent(of output: String) throws -> Tensor {
        guard let tensor = values["cotangent/\(output)"], let elements: [Double] = tensor.elements() else {
            throw MissingValue(name: output)
        }
        return try Tensor(shape: tensor.shape, elements.map { Float($0) })
    }

    struct MissingValue: Error {
        let name: String
    }
}

extension Tensor {
    /// The tensor of a message that stores its elements as raw data, as these tests and their scripts do.
    init(rawDataOf message: TensorProto) throws {
        guard let elementType = ElementType(rawValue: message.dataType) else { throw UnknownElementType(number: message.dataType) }
        try self.init(elementType: elementType, shape: message.dims.map(Int.init), bytes: Array(message.rawData))
    }

    struct UnknownElementType: Error {
        let number: Int32
    }
}
