internal import Calibration
internal import Foundation
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
public import Reporting

/// Measures a model at many sizes in one run: loss against parameters, multiply-accumulates and latency.
public struct FrontierExplorer: Sendable {
    /// The shares that the command measures unless told otherwise.
    public static let usualShares = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2]

    private let options: CompressionOptions
    private let shares: [Double]
    private let folder: String?

    /// - Parameters:
    ///   - options: `output`, `mode` and `keepParameters` do not count.
    ///   - shares: what to keep of the model's parameters, or of the layers' time where latency alone is optimized.
    ///   - folder: where to keep the models, which must exist; nil keeps none.
    public init(
        _ options: CompressionOptions, shares: [Double] = FrontierExplorer.usualShares, keepingModelsIn folder: String? = nil
    ) {
        self.options = options
        self.shares = shares.sorted(by: >)
        self.folder = folder
    }

    /// Blocks the calling thread; honours the cancellation of its task between batches.
    ///
    /// - Throws: ``JointRankError``.
    public func explore(progress: ProgressHandler? = nil) throws(JointRankError) -> FrontierReport {
        try options.check()
        if let share = shares.first(where: { !($0 > 0 && $0 <= 1) }) {
            throw JointRankError(.usage, "--shares \(share): a share above 0 and up to 1 is needed")
        }
        do {
            return try run(progress)
        } catch {
            throw JointRankError(error)
        }
    }

    private func run(_ progress: ProgressHandler?) throws -> FrontierReport {
        var clock = StageClock()
        if let folder {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
                throw JointRankError(.cannotWrite, "cannot write into '\(folder)': it is no folder")
            }
        }
        let model = try LoadedModel(path: options.model, threads: options.threads, merging: true)
        let journal = Journal(nil)
        let prepared = try Preparation(
            model, split: SampleSplit(model: model, options: options, progress: progress), options: options, journal: journal,
            progress: progress)
        clock.finish(\.calibrate)
        let measurement = try SelectMeasurement(
            prepared.calibrated, split: prepared.split, options: options, journal: journal, progress: progress)
        let walk = FrontierWalk(
            calibrator: prepared.calibrator, measurement: measurement, costs: prepared.costs, recipe: prepared.recipe,
            journal: journal)
        var points: [FrontierReport.Point] = []
        var before: SampleLosses?
        var original = FrontierReport.Original(parameters: model.parameters, macs: nil, bytes: model.bytes, latencyMs: nil)
        let limits =
            prepared.layers.layers.isEmpty ? [] : shares.map { prepared.costs.limit(forShare: $0, optimize: options.optimize) }
        func add(_ point: FrontierPoint) throws {
            clock.finish(\.plan)
            let (entry, certification) = try certified(point, number: points.count + 1, prepared, before: before, progress)
            before = certification.before
            points.append(entry)
            original.macs = certification.macs?.before
            original.latencyMs = certification.latency.before
            clock.finish(\.verify)
        }
        if model.merged.weights > 0, limits.contains(where: { $0 >= prepared.costs.dense }) {
            try add(.unchanged(prepared.layers, cost: prepared.costs.dense, losses: measurement.originalLosses))
        }
        try walk.run(from: prepared.layers, energies: prepared.energies, limits: limits) { point, arrives in
            if arrives { try add(point) }
            return true
        }
        let lossless = points.lastIndex { $0.verdict != Verdict.notMet.rawValue }
        return FrontierReport(
            version: Compressor.version, model: options.model, method: options.method.rawValue, optimize: options.optimize.rawValue,
            original: original,
            samples: .init(fit: prepared.split.fit.count, select: prepared.split.select.count, certify: prepared.split.certify.count),
            points: points, smallestLossless: lossless, seconds: clock.seconds, peakMemoryMiB: PeakMemory.mebibytes, seed: options.seed,
            threads: options.threads, notes: notes(prepared))
    }

    /// Writes, re-reads and measures one point.
    ///
    /// - Parameter number: tells points apart whose shares round to the same.
    private func certified(
        _ point: FrontierPoint, number: Int, _ prepared: Preparation, before: SampleLosses?, _ progress: ProgressHandler?
    ) throws -> (FrontierReport.Point, Certification) {
        let model = prepared.model
        let share = prepared.costs.keptShare(at: point.layers.ranks)
        let stem = ((options.model as NSString).lastPathComponent as NSString).deletingPathExtension
        let name = stem + String(format: "_%02d_kept-%04.1f.onnx", number, 100 * share)
        let place = folder ?? NSTemporaryDirectory()
        let staged = try StagedOutput(for: (place as NSString).appendingPathComponent(name), from: model.model)
        try staged.write(prepared.written(point))
        let certification = try Certification(
            of: staged.path, against: model, on: prepared.split.certify, options: options, before: before, budget: 0.5, progress: progress)
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
        return (entry, certification)
    }

    private func notes(_ prepared: Preparation) -> [String] {
        var notes = ["each point is judged by itself: the smallest of many lossless ones is lossless with less than 95 % confidence"]
        if prepared.model.merged.weights > 0 {
            notes.append("every point stores the \(prepared.model.merged.weights) weights once that the file holds twice")
        }
        notes += prepared.split.remarks
        if options.holdout == nil { notes.append("certified on \(prepared.split.certifySource)") }
        return notes
    }
}
