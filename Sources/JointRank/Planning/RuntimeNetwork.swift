internal import Calibration
internal import LowRank
internal import Search

/// The network that a search works on: a model that ONNX Runtime runs.
struct RuntimeNetwork: SearchedNetwork {
    private let calibrated: CalibratedModel
    private let calibrator: Calibrator
    let candidates: CandidateEvaluator
    /// The measured time with some layers as a share of the original's; nil where time does not count, or only layers predict it.
    let latencyShare: (([FactoredLayer]) throws -> Double)?
    let run: Run

    /// - Parameter original: what times are compared with; nil where time does not count.
    init(_ calibrated: CalibratedModel, _ candidates: CandidateEvaluator, timedAgainst original: LoadedModel? = nil, _ run: Run) {
        self.init(calibrated, calibrated.calibrator, candidates, timedAgainst: original, run)
    }

    private init(
        _ calibrated: CalibratedModel, _ calibrator: Calibrator, _ candidates: CandidateEvaluator, timedAgainst original: LoadedModel?,
        _ run: Run
    ) {
        self.calibrated = calibrated
        self.calibrator = calibrator
        self.candidates = candidates
        self.run = run
        let share = original.flatMap { calibrated.latencySource?.share(of: $0, on: calibrated.split.select) }
        latencyShare = share.map { share in { try share(calibrated.written($0)) } }
    }

    var original: CandidateLosses { candidates.original }

    func expressed(_ layers: consuming [FactoredLayer], in basis: Basis) throws -> [FactoredLayer] {
        try calibrator.expressed(layers, in: basis, most: StatisticsSweep.mostSamplesAgain).layers
    }

    func sensitivities(
        of layers: [FactoredLayer], at moment: GateMoment, towards target: SearchTarget
    ) throws -> [ComponentSensitivities] {
        try calibrator.sensitivities(of: layers, at: moment, towards: target)
    }

    func losses(of layers: [FactoredLayer]) throws -> CandidateLosses { try candidates.losses(of: layers) }

    func latencyShare(of layers: [FactoredLayer]) throws -> Double? { try latencyShare?(layers) }

    var hasFewSamples: Bool { calibrated.split.learningFromSelect != nil }

    func learningFromSelect(
        _ layers: [FactoredLayer], in basis: Basis
    ) throws -> (network: any SearchedNetwork, layers: [FactoredLayer])? {
        guard let split = calibrated.split.learningFromSelect else { return nil }
        let calibrator = try Calibrator(calibrated.inSinglePrecision, split: split, run)
        let expressed = try calibrator.expressed(layers, in: basis).layers
        guard expressed.map(\.name) == layers.map(\.name) else { return nil }
        return (RuntimeNetwork(calibrated, calibrator, candidates, timedAgainst: nil, run), expressed)
    }

    func remembering(
        _ piece: SearchPiece, from layers: [FactoredLayer], _ work: () throws -> SearchOutcome?
    ) throws -> SearchOutcome? {
        let before = candidates.count
        // Which point is refined depends on what is acceptable, which another run may see otherwise.
        let kind = piece == .refinement ? "\(piece.rawValue)-\(layers.key)" : piece.rawValue
        return try run.journal.result(
            kind, writing: { try $0.record(candidates: candidates.count - before) },
            reading: { record in
                let outcome = try SearchOutcome(record, layers: layers, original: original)
                candidates.count(earlier: try record.note("candidates"))
                return outcome
            }, work)
    }
}
