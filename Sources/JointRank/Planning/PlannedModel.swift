internal import LowRank
internal import OnnxRuntimeEngine
internal import Reporting
internal import Search

/// A model with what was chosen for it.
struct PlannedModel {
    let calibrated: CalibratedModel
    let choice: Choice
    /// Candidates that were measured on the way.
    private let candidates: Int
    /// Of the original; nil for none.
    private let doubt: String?
    private let requirement: Requirement

    /// Calibrates a model and searches.
    ///
    /// - Parameters:
    ///   - model: to plan for.
    ///   - original: what its latency is compared with.
    ///   - requirement: what the result has to keep.
    static func planning(
        _ model: LoadedModel, _ original: LoadedModel, _ split: SampleSplit, keeping requirement: Requirement, _ run: Run
    ) throws -> PlannedModel {
        let calibrated = try CalibratedModel.calibrating(model, split: split, run)
        run.clock.finish(\.calibrate)
        let candidates = try CandidateEvaluator.measuringOriginal(calibrated.inSinglePrecision, on: split, run)
        let options = run.options
        let network = try RuntimeNetwork(calibrated, candidates, timedAgainst: options.countsTime ? original.running(on: .cpu) : nil, run)
        let planner = Planner(network, calibrated.recipe, costs: calibrated.costs, goal: Goal(options, requirement))
        let choice =
            options.forcedRanks.isEmpty || calibrated.layers.isEmpty
            ? try planner.choose(from: calibrated.layers)
            : try planner.force(
                ForcedRanks(options.forcedRanks, for: calibrated.layers.map(\.shape), in: calibrated.calibrator.catalogue).byName,
                on: calibrated.layers)
        run.clock.finish(\.plan)
        return PlannedModel(
            calibrated: calibrated, choice: choice, candidates: candidates.count, doubt: candidates.doubt, requirement: requirement)
    }

    /// What can be said of the plan before it is applied.
    func report(_ run: Run) throws -> CompressionReport {
        var measured: [String: CompressionReport.Measured] = [:]
        if run.options.measuresLayers, let point = choice.point {
            measured = try LayerMeasurement.changes(by: point, in: calibrated, run)
        }
        run.clock.finish(\.plan)
        return try PlannedReport(
            options: run.options, calibrated: calibrated, choice: choice, candidates: candidates, measured: measured, doubt: doubt,
            requirement: requirement
        ).report(seconds: run.clock.seconds)
    }

    /// By what was measured on the select samples: a lower loss where that is asked for, else a lower cost.
    func isBetter(than other: PlannedModel, _ mode: CompressionOptions.Mode) -> Bool {
        guard let own = choice.point else { return false }
        guard let others = other.choice.point else { return true }
        switch mode {
        case .lossless: return own.strict.difference + own.strict.standardError < others.strict.difference + others.strict.standardError
        case .compact: return calibrated.costs.costShare(of: own.layers) < other.calibrated.costs.costShare(of: others.layers)
        }
    }
}

extension Goal {
    init(_ options: CompressionOptions, _ requirement: Requirement) {
        let mode: Mode =
            switch options.mode {
            case .lossless: .lossless
            case .compact: .compact
            }
        self.init(mode, requirement.acceptance, targets: options.targets, keepsWork: options.workFolder != nil)
    }
}
