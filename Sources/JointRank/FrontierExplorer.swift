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
        try check()
        do {
            return try run(progress)
        } catch {
            throw JointRankError(error)
        }
    }

    /// What ``explore(progress:)`` is expected to take, and how small its last point is to be, from a short look at the model and the samples.
    /// Nothing is written.
    ///
    /// - Throws: ``JointRankError``.
    public func estimate(progress: ProgressHandler? = nil) throws(JointRankError) -> WorkEstimate {
        try check()
        do {
            let (model, split) = try opened(progress)
            var options = options
            options.keepParameters = shares.last
            return try RunEstimator(model, split, options, shares: shares).estimate(Set(RunEstimator.Stage.allCases))
        } catch {
            throw JointRankError(error)
        }
    }

    private func check() throws(JointRankError) {
        try options.check()
        if let share = shares.first(where: { !($0 > 0 && $0 <= 1) }) {
            throw JointRankError(.usage, "--shares \(share): a share above 0 and up to 1 is needed")
        }
    }

    private func opened(_ progress: ProgressHandler?) throws -> (LoadedModel, SampleSplit) {
        if let folder {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
                throw JointRankError(.cannotWrite, "cannot write into '\(folder)': it is no folder")
            }
        }
        let model = try LoadedModel(path: options.model, threads: options.threads, merging: true)
        // Before the files are digested: what is wrong with them is said better here.
        return (model, try SampleSplit(model: model, options: options, progress: progress))
    }

    private func run(_ progress: ProgressHandler?) throws -> FrontierReport {
        var clock = StageClock()
        let (model, split) = try opened(progress)
        let work = try OpenWork(options, fingerprint(of: model), progress)
        do {
            let report = try run(model, split, work, &clock, progress)
            work.finish()
            return report
        } catch {
            throw work.ended(by: error)
        }
    }

    private func fingerprint(of model: LoadedModel) throws -> RunFingerprint {
        var frontier = OptionTexts()
        // Finished points are looked for in the folder.
        try frontier.set(["shares": shares, "models": folder])
        return try RunFingerprint(of: options, model: model.model, and: frontier)
    }

    private func run(
        _ model: LoadedModel, _ split: SampleSplit, _ work: OpenWork, _ clock: inout StageClock, _ progress: ProgressHandler?
    ) throws -> FrontierReport {
        let journal = work.journal
        let prepared = try Preparation(model, split: split, options: options, journal: journal, progress: progress)
        clock.finish(\.calibrate)
        let measurement = try SelectMeasurement(prepared.calibrated, split: split, options: options, journal: journal, progress: progress)
        let walk = FrontierWalk(
            calibrator: prepared.calibrator, measurement: measurement, costs: prepared.costs, recipe: prepared.recipe,
            journal: journal)
        let certifier = PointCertifier(prepared: prepared, options: options, folder: folder, work: work.folder, progress: progress)
        var points: [FrontierReport.Point] = []
        var original = FrontierReport.Original(parameters: model.parameters, macs: nil, bytes: model.bytes, latencyMs: nil)
        let limits =
            prepared.layers.layers.isEmpty ? [] : shares.map { prepared.costs.limit(forShare: $0, optimize: options.optimize) }
        func add(_ point: FrontierPoint) throws {
            clock.finish(\.plan)
            let certified = try journal.value("point", writing: { try $0.record }, reading: { try CertifiedPoint($0, in: folder) }) {
                try certifier.certified(point, number: points.count + 1)
            }
            points.append(certified.point)
            original.macs = certified.originalMacs
            original.latencyMs = certified.point.latencyMs?.before
            clock.finish(\.verify)
        }
        if model.merged.weights > 0, limits.contains(where: { $0 >= prepared.costs.dense }) {
            try add(.unchanged(prepared.layers, cost: prepared.costs.dense, losses: measurement.originalLosses))
        }
        try walk.run(from: prepared.layers, energies: prepared.energies, limits: limits) { point, arrives in
            if arrives { try add(walk.refined(point)) }
            return true
        }
        let lossless = points.lastIndex { $0.verdict != Verdict.notMet.rawValue }
        return FrontierReport(
            version: Compressor.version, model: options.model, method: options.method.rawValue, optimize: options.optimize.rawValue,
            original: original, samples: .init(fit: split.fit.count, select: split.select.count, certify: split.certify.count),
            points: points, smallestLossless: lossless, seconds: clock.seconds, peakMemoryMiB: PeakMemory.mebibytes, seed: options.seed,
            threads: options.threads, notes: notes(prepared) + [measurement.doubt].compactMap(\.self))
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
