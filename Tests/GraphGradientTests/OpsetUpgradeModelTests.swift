import Foundation
import GraphGradient
import ONNXModel
import OnnxRuntimeEngine
import SwiftProtobuf
import Tensors
import Testing

/// Whole networks of older operator sets give the same results after the upgrade.
@Suite(.enabled(if: OldModel.runtimeIsInstalled, Comment(rawValue: OldModel.hint)))
struct OpsetUpgradeModelTests {
    @Test(
        .enabled(if: !NetworkFiles.models.isEmpty, "needs the folder of networks that JOINTRANK_MODELS names"),
        arguments: NetworkFiles.models)
    func networks(path: String) throws {
        try expectSameResults(path)
    }

    @Test(.enabled(if: !NetworkFiles.backendTests.isEmpty, "needs the onnx package in .deps/venv"), arguments: NetworkFiles.backendTests)
    func backendTests(path: String) throws {
        try expectSameResults(path)
    }

    /// Feeds both models the same: random numbers where floats are asked for, small integers elsewhere.
    private func expectSameResults(_ path: String) throws {
        let model = try Model.load(from: path).proto
        let version = model.opsetImport.first { $0.domain.isEmpty }?.version ?? 0
        let types = model.graph.declaredTypes
        guard (7..<18).contains(version), types.values.allSatisfy({ $0.elementType != .float16 }) else { return }
        let upgraded = try OpsetUpgrade.upgraded(model)
        let original = try Session(model: model.serializedBytes() as Data)
        let session = try Session(model: upgraded.serializedBytes() as Data)

        var feeds: [String: Tensor] = [:]
        for input in session.inputs {
            let type = try #require(types[input.name], "\(input.name) has no declared type")
            feeds[input.name] = try arbitrary(type)
        }
        let expected = try original.run(feeds)
        let actual = try session.run(feeds)
        #expect(actual.keys.sorted() == expected.keys.sorted())
        for (name, tensor) in expected {
            guard let wanted: [Float] = tensor.elements(), let found: [Float] = actual[name]?.elements() else {
                #expect(actual[name] == tensor)
                continue
            }
            let scale = 1 + (wanted.map(abs).max() ?? 0)
            let error = zip(wanted, found).map { abs($0 - $1) }.max() ?? 0
            #expect(wanted.count == found.count && error <= 1e-5 * scale, "output \(name) of \(path) differs by \(error)")
        }
    }

    private func arbitrary(_ type: TensorType) throws -> Tensor {
        let shape = type.shape.map { $0.fixedLength ?? 2 }
        let count = shape.reduce(1, *)
        switch type.elementType {
        case .float32: return try Tensor(shape: shape, (0..<count).map { sin(Float($0) * 2.7) })
        case .int64: return try Tensor(shape: shape, (0..<count).map { Int64(1 + $0 % 7) })
        case .int32: return try Tensor(shape: shape, (0..<count).map { Int32(1 + $0 % 7) })
        case .bool: return try Tensor(shape: shape, (0..<count).map { $0 % 2 == 0 })
        default: throw TensorError.shape(shape)
        }
    }
}

/// Models that are not part of this project: `JOINTRANK_MODELS`, and the test data of the `onnx` package.
enum NetworkFiles {
    private static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

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
        // Operator set 6 and older is most of the others.
        return folder.map { onnxFiles(in: $0.appending(path: "simple")) + onnxFiles(in: $0.appending(path: "pytorch-converted")) } ?? []
    }()

    private static func onnxFiles(in folder: URL) -> [String] {
        guard let names = FileManager.default.enumerator(atPath: folder.path) else { return [] }
        return names.compactMap { $0 as? String }.filter { $0.hasSuffix(".onnx") }.sorted().map { folder.appending(path: $0).path }
    }
}
