internal import Foundation
internal import LowRank
public import Reporting
internal import Search

/// Measures a model at many sizes in one run: loss against parameters, multiply-accumulates and latency.
public struct FrontierExplorer: Sendable {
    /// The shares that the command measures unless told otherwise.
    public static let usualShares = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2]

    private let options: CompressionOptions
    private let shares: [Double]
    private let folder: String?

    /// - Parameters:
    ///   - options: `output`, `mode` and limits of size and time do not count.
    ///   - shares: what to keep of the model's parameters, multiply-accumulates or time, or of both parameters and time, as is optimized.
    ///   - folder: where to keep the models, which must exist; nil keeps none.
    public init(
        _ options: CompressionOptions, shares: [Double] = FrontierExplorer.usualShares, keepingModelsIn folder: String? = nil
    ) {
        var options = options
        options.mode = .lossless
        (options.keepParameters, options.keepMacs, options.keepLatency) = (nil, nil, nil)
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
            return try explore(Run(options, progress))
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
            var options = options
            options.keepParameters = shares.last
            let run = Run(options, progress)
            let (model, split) = try opened(run, searches: false)
            return try RunEstimator.looking(at: model, split, run, shares: shares).estimate(Set(RunEstimator.Phase.allCases))
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

    private func opened(_ run: Run, searches: Bool = true) throws -> (LoadedModel, SampleSplit) {
        if let folder {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
                throw JointRankError(.cannotWrite, "cannot write into '\(folder)': it is no folder")
            }
        }
        let model = try LoadedModel(
            path: options.model, threads: options.threads, provider: options.calibrationProvider.engine, merging: true)
        // Before the files are digested: what is wrong with them is said better here.
        return (model, try SampleSplit.reading(for: model, asksOriginal: searches, run))
    }

    private func explore(_ run: Run) throws -> FrontierReport {
        let (model, split) = try opened(run)
        let work = try OpenWork(fingerprint(of: model), run)
        return try work.finishing { try explore(model, split, work.folder, run.keeping(work.journal)) }
    }

    private func fingerprint(of model: LoadedModel) throws -> RunFingerprint {
        var frontier = OptionTexts()
        // Finished points are looked for in the folder.
        try frontier.set(["shares": shares, "models": folder])
        return try RunFingerprint(of: options, model: model.model, and: frontier)
    }

    private func explore(_ model: LoadedModel, _ split: SampleSplit, _ work: WorkFolder?, _ run: Run) throws -> FrontierReport {
        let calibrated = try CalibratedModel.calibrating(model, split: split, run)
        run.clock.finish(\.calibrate)
        let candidates = try CandidateEvaluator.measuringOriginal(calibrated.inSinglePrecision, on: split, run)
        let network = RuntimeNetwork(calibrated, candidates, run)
        let walk = FrontierWalk(network, calibrated.recipe)
        var relearning = Relearning(network, calibrated.recipe, from: calibrated.layers)
        let certifier = try PointCertifier(calibrated, folder: folder, work: work, run)
        var points: [FrontierReport.Point] = []
        var original = FrontierReport.Original(parameters: model.parameters, macs: nil, bytes: model.bytes, latencyMs: nil)
        func add(_ point: FrontierPoint) throws {
            run.clock.finish(\.plan)
            let certified = try run.journal.value(
                "point", writing: { try $0.record }, reading: { try CertifiedPoint($0, in: folder) }
            ) {
                try certifier.certified(point, number: points.count + 1)
            }
            points.append(certified.point)
            original.macs = certified.originalMacs
            original.latencyMs = certified.point.latencyMs?.before
            run.clock.finish(\.verify)
        }
        let limits = calibrated.layers.isEmpty ? [] : shares.map { calibrated.costs.limit(forShare: $0) }
        if model.merged.weights > 0, limits.contains(where: { $0 >= calibrated.costs.dense }) {
            try add(.unchanged(calibrated.layers, candidates.original))
        }
        try walk.run(from: calibrated.layers, down: Ladder(limits)) { point, arrives in
            if arrives { try add(relearning.relearned(walk.refined(point))) }
            return true
        }
        return FrontierReport(
            version: LibraryVersion.current, model: options.model, method: options.method.rawValue, optimize: options.optimize.rawValue,
            original: original, samples: split.counts,
            points: points, smallestLossless: points.lastIndex { $0.verdict != Verdict.notMet.rawValue }, seconds: run.clock.seconds,
            peakMemoryMiB: PeakMemory.mebibytes, seed: options.seed, threads: options.threads,
            notes: notes(calibrated) + points.compactMap(note) + [candidates.doubt].compactMap(\.self)
                + run.placements.warnings)
    }

    /// What is to be known of a point's loss.
    private func note(_ point: FrontierReport.Point) -> String? {
        guard let loss = point.loss.certify, let note = point.calibrated?.note(besides: loss.difference) else { return nil }
        return "\(point.name ?? "\(NumberText.percent(point.keptShare, 1)) of the parameters"): \(note)"
    }

    private func notes(_ calibrated: CalibratedModel) -> [String] {
        var notes = ["each point is judged by itself: the smallest of many lossless ones is lossless with less than 95 % confidence"]
        if calibrated.model.merged.weights > 0 {
            notes.append("every point stores the \(calibrated.model.merged.weights) weights once that the file holds twice")
        }
        notes += calibrated.split.remarks
        if options.holdout == nil { notes.append("certified on \(calibrated.split.certifySource)") }
        return notes
    }
}
