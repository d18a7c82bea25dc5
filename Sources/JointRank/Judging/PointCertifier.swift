internal import Files
internal import Calibration
internal import Foundation
internal import LowRank
internal import ONNXModel
internal import Reporting
internal import Search

/// Writes points of the frontier, reads them again and measures them.
final class PointCertifier {
    private let calibrated: CalibratedModel
    /// On the provider that results are measured on.
    private let original: LoadedModel
    private let folder: String?
    private let work: WorkFolder?
    private let run: Run
    /// The original's losses on the certify samples, once they are known.
    private var before: SampleLosses?

    /// - Parameters:
    ///   - folder: where models stay; nil where they do not.
    ///   - work: the run's work folder, beside which models are on probation where they do not stay.
    init(_ calibrated: CalibratedModel, folder: String?, work: WorkFolder?, _ run: Run) throws {
        self.calibrated = calibrated
        original = try calibrated.model.running(on: run.options.provider.engine)
        self.folder = folder
        self.work = work
        self.run = run
    }

    /// - Parameter number: tells points apart whose shares round to the same.
    func certified(_ point: FrontierPoint, number: Int) throws -> CertifiedPoint {
        let model = calibrated.model
        let share = calibrated.costs.keptShare(of: point.layers)
        let stem = ((run.options.model as NSString).lastPathComponent as NSString).deletingPathExtension
        let name = stem + String(format: "_%02d_kept-%04.1f.onnx", number, 100 * share)
        let place = folder ?? work.map { $0.path.folderOfPath } ?? NSTemporaryDirectory()
        let staged = try StagedOutput(for: (place as NSString).appendingPathComponent(name), from: model.model)
        try staged.write(calibrated.written(point.layers))
        let certification = try Certification.measuring(
            staged.path, against: original, on: calibrated.split.certify, before: before, budget: 0.5, run)
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
            metric: certification.metrics.first, accuracy: certification.answers.accuracy,
            calibrated: certification.answers.calibrated, disagreement: certification.answers.disagreement,
            verdict: Verdict(certification.evidence(point.corroboration), limits: Limits()).rawValue,
            predicted: nil)
        return CertifiedPoint(entry, originalMacs: certification.macs?.before)
    }
}

extension FrontierPoint {
    /// What the select samples say for the verdict.
    fileprivate var corroboration: Evidence.Corroboration {
        isRelearned ? .none : .init(loss: comparison.isCorroborating, calibrated: strict.isCorroborating)
    }
}
