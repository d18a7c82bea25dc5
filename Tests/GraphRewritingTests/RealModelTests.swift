import Foundation
import LinearAlgebra
import LowRank
import ONNXModel
import OnnxRuntimeEngine
import Tensors
import Testing

@testable import GraphRewriting

private let folder: URL = {
    if let path = ProcessInfo.processInfo.environment["JOINTRANK_MODELS"] { return URL(filePath: path) }
    return URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../shared/models").standardized
}()

/// Trained networks, which are not part of the repository.
@Suite(
    "Trained networks",
    .enabled(if: FileManager.default.fileExists(atPath: folder.path), "there is no folder of models; JOINTRANK_MODELS names it"))
struct RealModelTests {
    private static func load(_ name: String) throws -> Model {
        try Model.load(from: folder.appending(path: "\(name)/model.onnx").path)
    }

    @Test(
        "Every weight is a layer or has a reason",
        arguments: [
            "cifar10-resnet20", "fashion-mnist-resnext", "fashion-mnist-vgg", "imagenet-efficientnet-lite0", "magika",
            "shakespeare-char-lm", "sst2-minilm", "tinystories-260k",
        ])
    func everyWeightIsALayerOrHasAReason(_ name: String) throws {
        let model = try Self.load(name)
        let catalogue = LayerCatalogue(model: model)
        let treated = Set(catalogue.layers.flatMap { $0.uses.map(\.output) })
        let untreated = Set(catalogue.untreated.map(\.name))
        #expect(!treated.isEmpty)
        let index = GraphIndex(model)
        for node in model.proto.graph.node where ["Conv", "Gemm", "MatMul"].contains(node.opType) {
            let hasWeight = node.input.prefix(2).contains { index.isConstant($0) }
            #expect((treated.contains(node.output[0]) != untreated.contains(node.name)) == hasWeight, "\(node.name)")
        }
    }

    @Test("At full rank, outputs are the original's", arguments: ["cifar10-resnet20", "fashion-mnist-resnext", "tinystories-260k"])
    func atFullRankOutputsAreTheOriginals(_ name: String) throws {
        let model = try Self.load(name)
        let index = GraphIndex(model)
        var factors: [String: LayerFactors] = [:]
        for layer in LayerCatalogue(model: model).layers {
            let pairs = try layer.matrices(in: index).map { try FactorPair($0.thinSVD(), rank: layer.fullRank) }
            factors[layer.name] = LayerFactors(pairs: pairs)
        }
        let rewritten = try Rewriting.apply(factors, to: model, allowingAnyRank: true).model
        let original = try Session(model: model.serialized())
        let inputs = try Dictionary(uniqueKeysWithValues: original.inputs.map { try ($0.name, Self.input($0)) })
        let expected = try original.run(inputs)
        let actual = try Session(model: rewritten.serialized()).run(inputs)
        for (name, tensor) in expected {
            let values = try #require(tensor.elements(as: Float.self))
            let computed = try #require(actual[name]?.elements(as: Float.self))
            let scale = values.map(abs).max() ?? 0
            let error = zip(values, computed).map { abs($0 - $1) }.max() ?? 0
            #expect(scale > 0 && error <= 1e-4 * scale, "\(name) differs by \(error) at a scale of \(scale)")
        }
    }

    /// One or two samples; where the model takes numbers of tokens, small ones.
    private static func input(_ description: ValueDescription) throws -> Tensor {
        let shape = description.shape.enumerated().map { axis, length in length ?? (axis == 0 ? 2 : 16) }
        var random = SplitMix(seed: 1)
        let elements = (0..<shape.reduce(1, *)).map { _ in random.nextUnit() }
        return description.elementType == .int64
            ? try Tensor(shape: shape, elements.map { Int64(abs($0) * 50) }) : try Tensor(shape: shape, elements)
    }
}
