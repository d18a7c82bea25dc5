internal import Digests
internal import Files
internal import Foundation
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import Reporting
internal import Search
internal import Tensors

/// The two files of a plan.
struct PlanFiles {
    private let calibrated: CalibratedModel
    private let point: FrontierPoint
    private let report: CompressionReport

    /// - Parameter report: see ``PlannedReport``.
    init(_ calibrated: CalibratedModel, _ point: FrontierPoint, report: CompressionReport) {
        self.calibrated = calibrated
        self.point = point
        self.report = report
    }

    /// Where the factors of a plan lie.
    static func factors(of plan: String) -> String {
        (plan.hasSuffix(".json") ? String(plan.dropLast(5)) : plan) + ".safetensors"
    }

    /// Writes the factors and then the plan, each whole or not at all.
    func write(_ path: String, options: CompressionOptions, fingerprint: RunFingerprint) throws -> PlanDocument {
        let used = point.layers.filter(\.isChanged)
        var record = Record()
        try used.write(to: &record)
        try record.note("schema", PhaseFile.factorsSchema)
        try record.note("types", calibrated.types.mapValues(\.numbers))
        try record.note("report", report)
        let factorsPath = PlanFiles.factors(of: path)
        try record.write(to: factorsPath)

        let comparison = point.comparison
        let document = PlanDocument(
            options: options, fingerprint: fingerprint, isStacked: !calibrated.model.stacks.isEmpty,
            factors: .init(file: factorsPath.nameOfPath, sha256: try FileDigest.of(factorsPath)),
            expected: .init(
                keptShare: calibrated.costs.keptShare(of: point.layers),
                lossDifference: comparison.difference, standardError: comparison.standardError, selectSamples: comparison.sampleCount),
            layers: used.map { layer in
                .init(
                    name: layer.name, rank: layer.rank, fullRank: layer.shape.fullRank, form: layer.form.rawValue,
                    scheme: layer.shape.scheme.rawValue, predicted: layer.prediction?.change)
            })
        let text = try document.jsonText() + "\n"
        do {
            try OutputFile.write(text.utf8, to: path)
        } catch {
            unlink(factorsPath)
            throw JointRankError(.cannotWrite, "cannot write the plan '\(path)': \(error.reason)")
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
