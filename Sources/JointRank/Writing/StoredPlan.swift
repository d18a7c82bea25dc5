internal import Files
internal import Digests
internal import Foundation
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import Reporting
internal import Search
internal import Tensors

/// A plan read back, checked against its model.
struct StoredPlan {
    let document: PlanDocument
    let model: LoadedModel
    /// Digests of the model, which are those that the plan states.
    let modelFiles: [String: String]
    /// At the ranks that the plan states.
    let layers: [FactoredLayer]
    /// By the names of layers.
    private let forms: [String: StorageForm]
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
        let stored = try [FactoredLayer].read(record, among: LayerCatalogue(model: model.model).layers)
        (layers, forms) = try StoredPlan.edited(stored, document.layers, path)
        types = try record.note("types", as: [String: [Int]].self).compactMapValues(TensorType.init(numbers:))
        planned = try record.note("report")
    }

    /// The stored factors at the ranks that the plan states; layers that it no longer names stay dense.
    private static func edited(
        _ stored: [FactoredLayer], _ entries: [PlanDocument.Layer], _ path: String
    ) throws -> ([FactoredLayer], [String: StorageForm]) {
        guard Set(entries.map(\.name)).count == entries.count else { throw JointRankError(.badInput, "'\(path)' names a layer twice") }
        let known = Set(stored.map(\.name))
        let named = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0) })
        if let unknown = entries.first(where: { !known.contains($0.name) }) {
            throw JointRankError(.badInput, "'\(path)': the plan has no factors of layer '\(unknown.name)'")
        }
        var forms: [String: StorageForm] = [:]
        let layers = try stored.compactMap { layer -> FactoredLayer? in
            guard let entry = named[layer.name] else { return nil }
            guard let form = StorageForm(rawValue: entry.form) else {
                throw JointRankError(.badInput, "'\(path)': layer '\(layer.name)' has no form '\(entry.form)'")
            }
            forms[layer.name] = form
            let rank = layer.rank
            guard (1...max(rank, 1)).contains(entry.rank) else {
                throw JointRankError(
                    .badInput,
                    "'\(path)': rank \(entry.rank) of layer '\(layer.name)': the plan holds \(rank) components, and 1 to \(rank) can be kept"
                )
            }
            var edited = entry.rank < rank ? try layer.keeping(0..<entry.rank) : layer
            edited.isForced = true
            return edited
        }
        return (layers, forms)
    }

    /// The model with the plan's layers.
    func written() throws -> Model {
        try layers.written(into: model.model, types: types, factorType: options.factorType) { forms[$0.name] ?? .factors }
    }

    /// Whether the plan is no longer as it was written.
    var isEdited: Bool { report.layers != planned.layers }

    /// What can be said of the plan as it stands now.
    var report: CompressionReport {
        var report = planned
        let named = Dictionary(uniqueKeysWithValues: layers.map { ($0.name, $0) })
        for (index, entry) in report.layers.enumerated() where entry.form != "dense" {
            guard let layer = named[entry.name], let form = forms[entry.name] else {
                report.layers[index].form = "dense"
                report.layers[index].rank = nil
                report.layers[index].parameters.after = entry.parameters.before
                report.layers[index].forgetFigures()
                report.layers[index].reason = "dense: taken out of the plan"
                continue
            }
            guard entry.rank != layer.rank || entry.form != layer.shape.formName(form) else { continue }
            report.layers[index].form = layer.shape.formName(form)
            report.layers[index].rank = layer.rank
            report.layers[index].parameters.after = layer.shape.parameters(rank: layer.rank, form: form)
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
