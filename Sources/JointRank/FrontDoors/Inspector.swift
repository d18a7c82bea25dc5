internal import Calibration
internal import GraphGradient
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import OnnxRuntimeEngine
public import Reporting

/// Lists a model's layers, and which of them can be factored, without any data.
public struct Inspector: Sendable {
    /// Takes no options.
    public init() {}

    /// - Parameter path: of an ONNX file.
    /// - Throws: ``JointRankError``.
    public func inspect(model path: String) throws(JointRankError) -> InspectionReport {
        do {
            let loaded = try LoadedModel(path: path, threads: 1, merging: true)
            let catalogue = LayerCatalogue(model: loaded.model)
            let cost = ComputeCost(model: loaded.model, types: try InferredTypes.of(loaded.runnable))
            let treated = catalogue.layers.map { layer in
                InspectionReport.Layer(
                    name: layer.name, op: layer.operatorName, shape: layer.weightShape, groups: layer.groups, fullRank: layer.fullRank,
                    largestSavingRank: layer.shape.largestSavingRank(), parameters: layer.weightParameters, macs: cost.of(layer),
                    treatable: true,
                    reason: nil)
            }
            let untreated = catalogue.untreated.map { layer in
                InspectionReport.Layer(
                    name: layer.name, op: layer.operatorName, shape: layer.weightShape ?? [], groups: 1, fullRank: nil,
                    largestSavingRank: nil, parameters: layer.weightShape?.reduce(1, *) ?? 0, macs: nil, treatable: false,
                    reason: "\(layer.reason)")
            }
            // Where the upgrade fails, compress says why; the operators are those of the file then.
            let nodes = ((try? OpsetUpgrade.upgraded(loaded.runnable.proto)) ?? loaded.runnable.proto).graph.node
            return InspectionReport(
                model: path, opset: try loaded.model.opsetVersion, bytes: loaded.bytes, parameters: loaded.parameters, macs: cost.total,
                inputs: loaded.inputs.map(\.reportValue), outputs: loaded.outputs.map(\.reportValue),
                layers: treated + untreated,
                operatorsWithoutGradient: GradientRules.operatorsWithoutRule(in: nodes).map { .init(name: $0.name, nodes: $0.nodes) })
        } catch {
            throw JointRankError(error)
        }
    }
}

extension ValueDescription {
    fileprivate var reportValue: InspectionReport.Value {
        InspectionReport.Value(name: name, type: typeName, shape: shape)
    }
}
