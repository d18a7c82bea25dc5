internal import Datasets
internal import GraphRewriting
internal import ONNXModel
public import Reporting

/// Takes the factors of a compressed model out of it, as the weights of PyTorch modules.
public struct FactorExporter: Sendable {
    /// The key of the file's metadata under which the ``FactorMap`` stands as JSON.
    public static let metadataKey = "jointrank.factors"

    /// An exporter.
    public init() {}

    /// Writes a safetensors file with the factors, and the map that says what they are in its metadata.
    ///
    /// - Parameters:
    ///   - path: of a model that ``Compressor`` wrote.
    ///   - originalPath: of the model that it was made from.
    ///   - output: where the file goes, which appears complete or not at all.
    /// - Throws: ``JointRankError``.
    public func export(model path: String, original originalPath: String, to output: String) throws(JointRankError) -> FactorMap {
        do {
            let model = try FactorExporter.load(path)
            let original = try FactorExporter.load(originalPath)
            try ReservedFiles([path, originalPath]).check(output)
            for model in [model, original] { try model.checkDestination(output) }
            let records = try FactorExporter.records(of: model, at: path)
            let sources = try FactoredSources(original, at: originalPath, of: model, at: path, names: Set(records.keys))

            let reader = WrittenFactorsReader(model)
            var tensors = NamedTensors()
            var layers: [FactorMap.Layer] = []
            for layer in sources.layers {
                guard let record = records[layer.name] else { continue }
                var modules = FactorModules(try reader.factors(of: layer, record), sources, adding: tensors)
                layers.append(try modules.entry())
                tensors = modules.tensors
            }
            let map = FactorMap(version: LibraryVersion.current, model: path, original: originalPath, layers: layers)
            // What PyTorch's loaders expect of their files.
            let metadata = ["format": "pt", FactorExporter.metadataKey: try map.jsonText()]
            try ArrayFileWriter.writeSafetensors(tensors.arrays, metadata: metadata, to: output)
            return map
        } catch {
            throw JointRankError(error)
        }
    }

    private static func load(_ path: String) throws -> Model {
        let model = try Model.load(from: path)
        try model.validate()
        for tensor in model.proto.graph.initializer { try tensor.checkStorage() }
        _ = try model.opsetVersion
        return model
    }

    /// What the model says of its factored layers.
    private static func records(of model: Model, at path: String) throws(JointRankError) -> [String: WrittenLayer] {
        guard let text = model.proto.metadataProps.value(of: WrittenLayer.metadataKey) else {
            throw JointRankError(.badInput, "'\(path)' was not written by jointrank: it has no metadata '\(WrittenLayer.metadataKey)'")
        }
        guard let records = WrittenLayer.layers(json: text) else {
            throw JointRankError(.badInput, "'\(path)': its metadata '\(WrittenLayer.metadataKey)' cannot be read")
        }
        guard !records.isEmpty else { throw JointRankError(.badInput, "'\(path)' has no factored layers") }
        return records
    }
}
