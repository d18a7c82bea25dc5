internal import CFuzzer
internal import Foundation
internal import FuzzingSupport
internal import GraphGradient
internal import GraphRewriting
internal import ONNXModel
internal import Tensors

private let file = InputFile(suffix: ".onnx")

/// Models: everything that `jointrank inspect` does with the bytes, but for ONNX Runtime.
@_cdecl("FuzzModel_main")
public func start(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    var (count, arguments) = (count, arguments)
    return LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
        let bytes = UnsafeRawBufferPointer(start: bytes, count: count)
        file.replaceContent(by: bytes)
        read(bytes)
        return 0
    }
}

private func read(_ bytes: UnsafeRawBufferPointer) {
    do {
        let model = try Model.load(from: file.path)
        let written = try model.serialized()
        precondition(written.elementsEqual(bytes), "the model changes when it is written back")
        for tensor in model.proto.graph.initializer { decode(tensor, of: model) }
        try inspect(model)
        try checkLarge(model)
    } catch {
        checkMessage(error)
    }
}

/// The same file as a large one, whose weights stay in it.
private func checkLarge(_ model: Model) throws {
    let large = try Model.load(from: file.path, holding: 0, leaving: 1)
    let sizes = (try large.byteCount, try model.byteCount)
    precondition(sizes.0 == sizes.1, "a large model has another size")
    for tensor in large.proto.graph.initializer { decode(tensor, of: large) }
    _ = try LentWeights(of: large)
}

private func decode(_ proto: TensorProto, of model: Model) {
    do {
        let tensor = try model.tensor(proto)
        precondition(tensor.bytes.count <= 1 << 28, "a tensor is longer than any input")
    } catch {
        checkMessage(error)
    }
}

/// As `LoadedModel` and `Inspector` of the library do.
private func inspect(_ model: Model) throws {
    try model.validate()
    for tensor in model.proto.graph.initializer { try tensor.checkStorage() }
    _ = try model.opsetVersion
    _ = try ParameterCount.of(model.proto)
    let merged = try SharedWeights(mergedIn: model).model
    _ = try StackedWeights(of: merged)
    let runnable = try merged.inliningExternalData(upTo: 1 << 30)
    let catalogue = LayerCatalogue(model: merged)
    let cost = ComputeCost(model: merged, types: merged.proto.graph.declaredTypes)
    for layer in catalogue.layers { _ = (layer.fullRank, layer.largestSavingRank, layer.weightParameters, cost.of(layer)) }
    for layer in catalogue.untreated { _ = (layer.weightShape?.count, "\(layer.reason)") }
    let upgraded = try OpsetUpgrade.upgraded(runnable.proto)
    _ = GradientRules.operatorsWithoutRule(in: upgraded.graph.node)
}
