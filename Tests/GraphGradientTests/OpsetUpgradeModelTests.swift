import Foundation
import GraphGradient
import ONNXModel
import OnnxRuntimeEngine
import SwiftProtobuf
import Tensors
import Testing

/// Whole networks of older operator sets give the same results after the upgrade.
@Suite("Upgrades of whole networks", .enabled(if: OldModel.runtimeIsInstalled, Comment(rawValue: OldModel.hint)))
struct OpsetUpgradeModelTests {
    @Test(
        "Whole networks",
        .enabled(if: !NetworkFiles.models.isEmpty, "needs the folder of networks that JOINTRANK_MODELS names"),
        arguments: NetworkFiles.models)
    func networks(path: String) throws {
        let model = try Model.load(from: path).proto
        try #require(isOld(model))
        let feeds = try model.arbitraryInputs()
        try expectSameResults(model, feeds, expected: Session(model: model.serializedBytes() as Data).run(feeds))
    }

    /// Many of these models need inputs of their own or features that ONNX Runtime does not have: what it does not run cannot be compared.
    @Test(
        "The onnx package's models for backends", .enabled(if: !NetworkFiles.backendTests.isEmpty, "needs the onnx package in .deps/venv"))
    func backendTests() throws {
        var compared = 0
        for path in NetworkFiles.backendTests {
            let model = try Model.load(from: path).proto
            guard isOld(model), let feeds = try? model.arbitraryInputs() else { continue }
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
}
