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
        let model = try Model.load(from: path).proto
        try #require(isOld(model))
        let feeds = try arbitraryInputs(of: model)
        try expectSameResults(model, feeds, expected: Session(model: model.serializedBytes() as Data).run(feeds))
    }

    /// Many of these models need inputs of their own or features that ONNX Runtime does not have: what it does not run cannot be compared.
    @Test(.enabled(if: !NetworkFiles.backendTests.isEmpty, "needs the onnx package in .deps/venv"))
    func backendTests() throws {
        var compared = 0
        for path in NetworkFiles.backendTests {
            let model = try Model.load(from: path).proto
            guard isOld(model), let feeds = try? arbitraryInputs(of: model) else { continue }
            guard let expected = try? Session(model: model.serializedBytes() as Data).run(feeds) else { continue }
            try expectSameResults(model, feeds, expected: expected)
            compared += 1
        }
        #expect(compared >= 10)
    }

    private func isOld(_ model: ModelProto) -> Bool {
        (7..<18).contains(model.opsetImport.first { $0.domain.isEmpty }?.version ?? 0)
    }

    private func expectSameResults(_ model: ModelProto, _ feeds: [String: Tensor], expected: [String: Tensor]) throws {
        let upgraded = try OpsetUpgrade.upgraded(model)
        let actual = try Session(model: upgraded.serializedBytes() as Data).run(feeds)
        #expect(actual.keys.sorted() == expected.keys.sorted())
        for (name, tensor) in expected {
            guard let wanted: [Float] = tensor.elements(), let found: [Float] = actual[name]?.elements() else {
                #expect(actual[name] == tensor)
                continue
            }
            let scale = 1 + (wanted.map(abs).max() ?? 0)
            let error = zip(wanted, found).map { abs($0 - $1) }.max() ?? 0
            #expect(wanted.count == found.count && error <= 1e-5 * scale, "output \(name) differs by \(error)")
        }
    }

    /// Numbers without a pattern where floats are asked for, small integers elsewhere.
    private func arbitraryInputs(of model: ModelProto) throws -> [String: Tensor] {
        let stored = Set(model.graph.initializer.map(\.name))
        var feeds: [String: Tensor] = [:]
        for input in model.graph.input where !stored.contains(input.name) {
            guard let type = TensorType(input) else { throw NoSample(value: input.name) }
            feeds[input.name] = try arbitrary(type, for: input.name)
        }
        return feeds
    }

    private func arbitrary(_ type: TensorType, for name: String) throws -> Tensor {
        let shape = type.shape.map { $0.fixedLength ?? 2 }
        let count = shape.reduce(1, *)
        switch type.elementType {
        case .float32: return try Tensor(shape: shape, (0..<count).map { sin(Float($0) * 2.7) })
        case .int64: return try Tensor(shape: shape, (0..<count).map { Int64(1 + $0 % 7) })
        case .int32: return try Tensor(shape: shape, (0..<count).map { Int32(1 + $0 % 7) })
        case .bool: return try Tensor(shape: shape, (0..<count).map { $0 % 2 == 0 })
        default: throw NoSample(value: name)
        }
    }

    /// An input that these tests make no values for: strings, sequences, half precision.
    private struct NoSample: Error {
        let value: String
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
        return folder.map(onnxFiles) ?? []
    }()

    private static func onnxFiles(in folder: URL) -> [String] {
        guard let names = FileManager.default.enumerator(atPath: folder.path) else { return [] }
        return names.compactMap { $0 as? String }.filter { $0.hasSuffix(".onnx") }.sorted().map { folder.appending(path: $0).path }
    }
}
