internal import Calibration
internal import Files
internal import Foundation
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import Reporting
internal import Tensors

/// Writes models to be timed on another device into a folder, with a list of them and the script that times them.
struct LatencyModelsWriter {
    /// One model, as the script reads of it.
    private struct Entry: Encodable {
        let key: String
        let file: String
        /// Shapes by name.
        let inputs: [String: [Int]]
    }

    private struct List: Encodable {
        let schema = "jointrank.latency-models/1"
        let batch: Int
        let models: [Entry]
    }

    private let folder: String
    /// In a run.
    let samples: Int
    private var entries: [Entry] = []
    private var keys: Set<String> = []
    private var weights = MadeUpWeights()
    private var byteCount = 0

    private static let scriptName = "time_layers.py"

    init(_ folder: String, samples: Int) {
        self.folder = folder
        self.samples = samples
    }

    /// Writes a model's layers, dense and in all forms that any options may choose among.
    ///
    /// - Parameter inputs: makes inputs for so many samples.
    mutating func addLayers(of model: LoadedModel, _ inputs: (Int) throws -> [String: Tensor], _ progress: ProgressHandler?) throws {
        let index = GraphIndex(model.runnable)
        let types = try ObservedTypes(of: model.runnable, batch: model.batch, samples: inputs)
        let layers = LayerCatalogue(model: model.runnable).layers
        for (position, layer) in layers.enumerated() {
            progress?(Progress(task: "writing layers", completed: position, total: layers.count))
            for view in FactorizationScheme.allCases.compactMap({ layer.viewed(as: $0) }) {
                guard let single = try SingleLayerModel(view, of: model.runnable, index: index, types: types, samples: samples) else {
                    continue
                }
                try add(single, .dense)
                for form in view.storableForms(in: model.model, types: types.types) {
                    for rank in single.ranks(form) { try add(single, .factored(rank: rank, form)) }
                }
            }
        }
    }

    private mutating func add(_ single: SingleLayerModel, _ variant: SingleLayerModel.Variant) throws {
        guard !keys.contains(single.key(variant)) else { return }
        try add(single.model(variant), key: single.key(variant), single.inputs)
    }

    /// Writes a model under what its time is looked up by; once.
    mutating func add(_ model: Model, key: String, _ inputs: [String: Tensor]) throws {
        guard keys.insert(key).inserted else { return }
        let name = String(format: "%05d.onnx", entries.count + 1)
        let bytes = try weights.replacing(in: model).serialized()
        try OutputFile.write(bytes, to: folder.appendingToPath(name))
        byteCount += bytes.count
        entries.append(Entry(key: key, file: name, inputs: inputs.mapValues(\.shape)))
    }

    /// Writes the rest.
    ///
    /// - Parameter destination: what the folder is called in the end.
    func finish(as destination: String) throws -> LatencyModelsSummary {
        let weightBytes = try weights.write(to: folder)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        let list = try encoder.encode(List(batch: samples, models: entries))
        try OutputFile.write(list, to: folder.appendingToPath("layers.json"))
        let script = PackageResources.time_layers_py
        try OutputFile.write(script, to: folder.appendingToPath(LatencyModelsWriter.scriptName))
        return LatencyModelsSummary(
            output: destination, models: entries.count, batch: samples, bytes: byteCount + weightBytes + list.count + script.count,
            script: LatencyModelsWriter.scriptName)
    }
}
