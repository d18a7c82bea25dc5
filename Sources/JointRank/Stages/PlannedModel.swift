internal import LowRank
internal import Reporting

/// A model with what was chosen for it.
struct PlannedModel {
    let prepared: Preparation
    let choice: Planner.Choice
    private let doubt: String?

    /// - Parameters:
    ///   - model: to plan for.
    ///   - original: what its latency is compared with.
    init(
        _ model: LoadedModel, _ original: LoadedModel, _ split: SampleSplit, _ options: CompressionOptions, _ clock: inout StageClock,
        _ journal: Journal,
        _ progress: ProgressHandler?
    ) throws {
        let prepared = try Preparation(model, split: split, options: options, journal: journal, progress: progress)
        clock.finish(\.calibrate)
        let measurement = try SelectMeasurement(
            prepared.calibrated, split: prepared.split, options: options, journal: journal, progress: progress)
        let latency = ModelLatency(of: original, on: prepared.split.select, threads: options.threads)
        let planner = Planner(
            calibrator: prepared.calibrator, measurement: measurement, costs: prepared.costs, options: options, recipe: prepared.recipe,
            journal: journal,
            latencyShare: options.optimize == .size ? nil : { try latency.share(of: prepared.written($0)) })
        choice = try planner.choose(prepared.layers, energies: prepared.energies)
        doubt = measurement.doubt
        self.prepared = prepared
        clock.finish(\.plan)
    }

    /// What can be said of the plan before it is applied.
    func report(
        _ options: CompressionOptions, _ clock: inout StageClock, _ journal: Journal, _ progress: ProgressHandler?
    ) throws -> CompressionReport {
        var measured: [Int: CompressionReport.Measured] = [:]
        if options.measuresLayers, case .point(let point, let forced) = choice.result {
            measured = try LayerMeasurement(prepared, options: options, journal: journal, progress: progress)
                .changes(by: point, forced: forced)
        }
        clock.finish(\.plan)
        return try PlannedReport(options: options, prepared: prepared, choice: choice, measured: measured, doubt: doubt).report(
            seconds: clock.seconds)
    }

    /// By what was measured on the select samples: a lower loss where that is asked for, else fewer parameters.
    func isBetter(than other: PlannedModel, _ mode: CompressionOptions.Mode) -> Bool {
        guard case .point(let own, _) = choice.result else { return false }
        guard case .point(let others, _) = other.choice.result else { return true }
        switch mode {
        case .lossless: return own.pessimisticDifference < others.pessimisticDifference
        case .compact: return prepared.costs.keptShare(at: own.layers.ranks) < other.prepared.costs.keptShare(at: others.layers.ranks)
        }
    }
}
