internal import Digests
internal import Foundation
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import Reporting
internal import Tensors

/// The two files of a plan.
struct PlanFiles {
    private let prepared: Preparation
    private let point: FrontierPoint
    private let forced: Set<Int>
    private let report: CompressionReport

    /// - Parameter report: see ``PlannedReport``.
    init(_ prepared: Preparation, _ point: FrontierPoint, forced: Set<Int>, report: CompressionReport) {
        self.prepared = prepared
        self.point = point
        self.forced = forced
        self.report = report
    }

    /// Where the factors of a plan lie.
    static func factors(of plan: String) -> String {
        (plan.hasSuffix(".json") ? String(plan.dropLast(5)) : plan) + ".safetensors"
    }

    /// Writes the factors and then the plan, each whole or not at all.
    func write(_ path: String, options: CompressionOptions, fingerprint: RunFingerprint) throws -> PlanDocument {
        let layers = point.layers
        let used = layers.changed(forced: forced)
        var record = Record()
        try layers.restricted(to: Set(used.map { layers.layers[$0].name })).write(to: &record)
        try record.note("schema", StageFile.factorsSchema)
        try record.note("types", prepared.types.mapValues(\.numbers))
        try record.note("report", report)
        let factorsPath = PlanFiles.factors(of: path)
        try record.write(to: factorsPath)

        let comparison = point.comparison
        let document = PlanDocument(
            options: options, fingerprint: fingerprint, isStacked: !prepared.model.stacks.isEmpty,
            factors: .init(file: (factorsPath as NSString).lastPathComponent, sha256: try FileDigest.of(factorsPath)),
            expected: .init(
                keptShare: Double(prepared.costs.modelParameters(at: layers.ranks, forced: forced)) / Double(prepared.model.parameters),
                lossDifference: comparison.difference, standardError: comparison.standardError, selectSamples: comparison.sampleCount),
            layers: used.map { index in
                let layer = layers.layers[index]
                let prediction = point.predictions.indices.contains(index) ? point.predictions[index] : nil
                return .init(
                    name: layer.name, rank: layers.ranks[index], fullRank: layer.fullRank,
                    form: prepared.form(index, of: layers, forced: forced).rawValue, scheme: layer.scheme.rawValue,
                    predicted: prediction.map { $0.firstOrder + $0.curvature })
            })
        do {
            try Data((document.jsonText() + "\n").utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            unlink(factorsPath)
            throw JointRankError(.cannotWrite, "cannot write the plan '\(path)': \((error as NSError).localizedDescription)")
        }
        return document
    }
}

extension TensorType {
    /// The element type's number and the lengths of the axes, -1 where one varies.
    var numbers: [Int] { [Int(elementType.rawValue)] + shape.map { $0.fixedLength ?? -1 } }

    init?(numbers: [Int]) {
        guard let first = numbers.first, let type = Int32(exactly: first).flatMap(ElementType.init) else { return nil }
        self.init(type, numbers.dropFirst().map { $0 < 0 ? .dynamic : .fixed($0) })
    }
}
