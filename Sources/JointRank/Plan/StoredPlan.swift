internal import Digests
internal import Foundation
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import Reporting
internal import Tensors

/// A plan read back, checked against its model.
struct StoredPlan {
    let document: PlanDocument
    let model: LoadedModel
    /// Digests of the model, which are those that the plan states.
    let modelFiles: [String: String]
    /// At the ranks that the plan states.
    let layers: FactoredLayers
    private let forms: [StorageForm]
    private let types: [String: TensorType]
    private let planned: CompressionReport

    var options: CompressionOptions { document.options }

    /// - Throws: ``JointRankError`` where the model or the factors are not what the plan was made from, or an edited rank is not possible.
    init(path: String) throws {
        let document = try PlanDocument(path: path)
        self.document = document
        let options = document.options
        try options.check()
        model = try LoadedModel(path: options.model, threads: options.threads, merging: true, stacking: document.isStacked)
        let modelFiles = try RunFingerprint.modelFiles(options.model, model.model)
        self.modelFiles = modelFiles
        if let changed = modelFiles.keys.sorted().first(where: { modelFiles[$0] != document.fingerprint.files[$0] }) {
            throw JointRankError(.badInput, "'\(path)' was made from other things (\(changed) is another one); plan again")
        }

        let name = document.factors.file
        guard !name.contains("/"), name != ".." else { throw JointRankError(.badInput, "'\(path)': the factors must lie beside the plan") }
        let factorsPath = (path.folderOfPath as NSString).appendingPathComponent(name)
        guard try FileDigest.of(factorsPath) == document.factors.sha256 else {
            throw JointRankError(.badInput, "'\(factorsPath)' is not the file that '\(path)' was written with")
        }
        let record = try StoredRecord(path: factorsPath)
        let stored = try FactoredLayers(record, among: LayerCatalogue(model: model.model).layers)
        (layers, forms) = try StoredPlan.edited(stored, document.layers, path)
        types = try record.note("types", as: [String: [Int]].self).compactMapValues(TensorType.init(numbers:))
        planned = try record.note("report")
    }

    /// The stored factors at the ranks that the plan states; layers that it no longer names stay dense.
    private static func edited(
        _ stored: FactoredLayers, _ entries: [PlanDocument.Layer], _ path: String
    ) throws -> (FactoredLayers, [StorageForm]) {
        guard Set(entries.map(\.name)).count == entries.count else { throw JointRankError(.badInput, "'\(path)' names a layer twice") }
        let positions = Dictionary(uniqueKeysWithValues: stored.layers.enumerated().map { ($1.name, $0) })
        let named = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0) })
        if let unknown = entries.first(where: { positions[$0.name] == nil }) {
            throw JointRankError(.badInput, "'\(path)': the plan has no factors of layer '\(unknown.name)'")
        }
        var layers = stored.restricted(to: Set(named.keys))
        var forms: [StorageForm] = []
        for (index, layer) in layers.layers.enumerated() {
            guard let entry = named[layer.name], let form = StorageForm(rawValue: entry.form) else {
                throw JointRankError(.badInput, "'\(path)': layer '\(layer.name)' has no form '\(named[layer.name]?.form ?? "")'")
            }
            forms.append(form)
            let rank = layers.ranks[index]
            guard (1...max(rank, 1)).contains(entry.rank) else {
                throw JointRankError(
                    .badInput,
                    "'\(path)': rank \(entry.rank) of layer '\(layer.name)': the plan holds \(rank) components, and 1 to \(rank) can be kept"
                )
            }
            if entry.rank < rank {
                layers.replace(with: try layers.restricted(to: index..<index + 1).keeping([Array(0..<entry.rank)]))
            }
        }
        return (layers, forms)
    }

    /// The model with the plan's layers.
    func written() throws -> Model {
        try layers.written(
            into: model.model, form: { forms[$0] }, forced: Set(layers.layers.indices), types: types, factorType: options.factorType)
    }

    /// Whether the plan is no longer as it was written.
    var isEdited: Bool { report.layers != planned.layers }

    /// What can be said of the plan as it stands now.
    var report: CompressionReport {
        var report = planned
        let ranks = Dictionary(uniqueKeysWithValues: zip(layers.layers.map(\.name), zip(layers.ranks, forms)))
        for (index, entry) in report.layers.enumerated() where entry.form != "dense" {
            guard let (rank, form) = ranks[entry.name], let layer = layers.layers.first(where: { $0.name == entry.name }) else {
                report.layers[index].form = "dense"
                report.layers[index].rank = nil
                report.layers[index].parameters.after = entry.parameters.before
                report.layers[index].forgetFigures()
                report.layers[index].reason = "dense: taken out of the plan"
                continue
            }
            guard entry.rank != rank || entry.form != layer.formName(form) else { continue }
            report.layers[index].form = layer.formName(form)
            report.layers[index].rank = rank
            report.layers[index].parameters.after = layer.parameters(rank: rank, form: form)
            report.layers[index].forgetFigures()
            report.layers[index].reason = "rank edited in the plan"
        }
        return report
    }
}

extension CompressionReport.Layer {
    /// What was predicted and measured of the layer at another rank.
    fileprivate mutating func forgetFigures() {
        (predicted, measured, latencyMs) = (nil, nil, nil)
    }
}
