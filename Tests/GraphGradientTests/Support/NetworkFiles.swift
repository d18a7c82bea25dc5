import Foundation
import ONNXModel
import Tensors

/// Models that are not part of this project: `JOINTRANK_MODELS`, and the test data of the `onnx` package.
enum NetworkFiles {
    private static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized

    static let models: [String] = {
        let folder = ProcessInfo.processInfo.environment["JOINTRANK_MODELS"].map { URL(filePath: $0) }
        return onnxFiles(in: folder ?? packageRoot.appending(path: "../shared/models").standardized)
    }()

    static let backendTests: [String] = {
        let libraries = packageRoot.appending(path: ".deps/venv/lib").resolvingSymlinksInPath()
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: libraries.path)) ?? []
        let folder = versions.filter { $0.hasPrefix("python3") }.sorted().first.map {
            libraries.appending(path: "\($0)/site-packages/onnx/backend/test/data")
        }
        return folder.map(onnxFiles) ?? []
    }()

    private static func onnxFiles(in folder: URL) -> [String] {
        guard let names = FileManager.default.enumerator(atPath: folder.path) else { return [] }
        return names.compactMap { $0 as? String }.filter { $0.hasSuffix(".onnx") }.sorted().map { folder.appending(path: $0).path }
    }
}

extension ModelProto {
    /// Numbers without a pattern for inputs of floats, small integers for others; axes without a length get `freeLength`.
    func arbitraryInputs(freeLength: Int = 2) throws -> [String: Tensor] {
        let stored = Set(graph.initializer.map(\.name))
        var feeds: [String: Tensor] = [:]
        for input in graph.input where !stored.contains(input.name) {
            guard let type = TensorType(input) else { throw NoSample(value: input.name) }
            feeds[input.name] = try Tensor.arbitrary(type, freeLength: freeLength, for: input.name)
        }
        return feeds
    }
}

extension Tensor {
    fileprivate static func arbitrary(_ type: TensorType, freeLength: Int, for name: String) throws -> Tensor {
        let shape = type.shape.map { $0.fixedLength ?? freeLength }
        let count = shape.reduce(1, *)
        switch type.elementType {
        case .float32: return try Tensor(shape: shape, (0..<count).map { sin(Float($0) * 2.7) })
        case .int64: return try Tensor(shape: shape, (0..<count).map { Int64(1 + $0 % 7) })
        case .int32: return try Tensor(shape: shape, (0..<count).map { Int32(1 + $0 % 7) })
        case .bool: return try Tensor(shape: shape, (0..<count).map { $0 % 2 == 0 })
        default: throw NoSample(value: name)
        }
    }
}

/// An input that these tests make no values for: strings, sequences, half precision.
private struct NoSample: Error {
    let value: String
}
