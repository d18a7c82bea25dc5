internal import Calibration
internal import Foundation
internal import LowRank
internal import ONNXModel
internal import Reporting

/// Writes points of the frontier, reads them again and measures them.
final class PointCertifier {
    private let prepared: Preparation
    private let options: CompressionOptions
    private let folder: String?
    private let work: WorkFolder?
    private let progress: ProgressHandler?
    /// The original's losses on the certify samples, once they are known.
    private var before: SampleLosses?

    /// - Parameters:
    ///   - folder: where models stay; nil where they do not.
    ///   - work: the run's work folder, beside which models are on probation where they do not stay.
    init(prepared: Preparation, options: CompressionOptions, folder: String?, work: WorkFolder?, progress: ProgressHandler?) {
        self.prepared = prepared
        self.options = options
        self.folder = folder
        self.work = work
        self.progress = progress
    }

    /// - Parameter number: tells points apart whose shares round to the same.
    func certified(_ point: FrontierPoint, number: Int) throws -> CertifiedPoint {
        let model = prepared.model
        let share = prepared.costs.keptShare(at: point.layers.ranks)
        let stem = ((options.model as NSString).lastPathComponent as NSString).deletingPathExtension
        let name = stem + String(format: "_%02d_kept-%04.1f.onnx", number, 100 * share)
        let place = folder ?? work.map { $0.path.folderOfPath } ?? NSTemporaryDirectory()
        let staged = try StagedOutput(for: (place as NSString).appendingPathComponent(name), from: model.model)
        try staged.write(prepared.written(point))
        let certification = try Certification(
            of: staged.path, against: model, on: prepared.split.certify, options: options, before: before, budget: 0.5, progress: progress)
        before = certification.before
        if folder != nil { try staged.commit() }
        let comparison = certification.comparison
        let entry = FrontierReport.Point(
            name: folder == nil ? nil : name, parameters: certification.parameters,
            keptShare: Double(certification.parameters) / Double(model.parameters), macs: certification.macs?.after,
            latencyMs: certification.latency,
            loss: .init(
                select: .init(difference: point.comparison.difference, standardError: point.comparison.standardError),
                certify: .init(
                    samples: comparison.sampleCount, before: comparison.before, after: comparison.after, difference: comparison.difference,
                    standardError: comparison.standardError, upperBound95: comparison.upperBound95)),
            metric: certification.metrics.first,
            verdict: Verdict(comparison, tolerance: options.tolerance ?? 0, isCorroborated: point.comparison.isCorroborating).rawValue,
            predicted: nil)
        return CertifiedPoint(entry, originalMacs: certification.macs?.before)
    }
}
