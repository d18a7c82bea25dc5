internal import Calibration
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import OnnxRuntimeEngine
internal import Reporting
internal import Search

/// Measures candidates: rewrites the model in memory, and runs it over the select samples.
final class CandidateEvaluator {
    private let model: LoadedModel
    private let evaluator: LossEvaluator
    /// How far answers are from the original's; nil where the search does not ask.
    private let fidelity: LossEvaluator?
    private let samples: SampleLosses
    let original: CandidateLosses
    private let run: Run
    /// Candidates measured so far.
    private(set) var count = 0

    /// Measures the original.
    init(measuringOriginal model: LoadedModel, on split: SampleSplit, _ run: Run) throws {
        evaluator = try model.evaluator(of: split.select.feeding(model.inputs), run.options.data)
        fidelity = try split.fidelity.map { try model.evaluator(of: $0.select.feeding(model.inputs), run.options.data.byFidelity) }
        let measured = try CandidateEvaluator.measured(model.session(for: evaluator.schedule), evaluator, fidelity)
        samples = measured.own
        original = CandidateEvaluator.candidate(measured, against: samples, by: run.options.data)
        self.model = model
        self.run = run
    }

    static func measuringOriginal(_ model: LoadedModel, on split: SampleSplit, _ run: Run) throws -> CandidateEvaluator {
        try CandidateEvaluator(measuringOriginal: model, on: split, run)
    }

    private static func measured(
        _ session: Session, _ evaluator: LossEvaluator, _ fidelity: LossEvaluator?
    ) throws -> (own: SampleLosses, divergence: [Double]) {
        guard let fidelity else { return (try evaluator.evaluate(session, curves: true), []) }
        let (own, other) = try evaluator.evaluate(session, curves: true, and: fidelity)
        return (own, other.losses)
    }

    /// - Parameter original: what the original says of the samples.
    private static func candidate(
        _ measured: (own: SampleLosses, divergence: [Double]), against original: SampleLosses, by data: DataOptions
    ) -> CandidateLosses {
        let own = measured.own
        return CandidateLosses(
            finite(own.losses), divergence: finite(measured.divergence),
            calibrated: finite(own.curves.isEmpty ? own.losses : own.curves.calibratedLosses),
            hits: data.answerMetric.map { own.values(of: $0, against: original).map { $0.isFinite ? $0 : 0 } } ?? [])
    }

    /// Counts candidates that an interrupted run has measured.
    func count(earlier candidates: Int) { count += candidates }

    /// See ``SampleAdvice/doubt(_:of:)``; nil for no doubt.
    var doubt: String? { SampleAdvice.doubt(samples, of: evaluator.output) }

    /// What a loss that is no number counts as: a candidate that overflows is a bad one, not the end of the run.
    private static let worstLoss = 1e9

    private static func finite(_ losses: [Double]) -> [Double] { losses.map { $0.isFinite ? $0 : worstLoss } }

    /// What the select samples say; all of it is numbers.
    func losses(of layers: [FactoredLayer]) throws -> CandidateLosses {
        count += 1
        run.report("measuring candidates", completed: count)
        return try losses("candidate-\(layers.key)") { try rewritten(layers) }
    }

    private func rewritten(_ layers: [FactoredLayer]) throws -> Model {
        let (factors, merged) = layers.measurable
        return try Rewriting.apply(factors, merged: merged, to: model.runnable, allowingAnyRank: true).model
    }

    private func session(of model: Model) throws -> Session {
        let options = SessionOptions(intraOpThreads: evaluator.schedule.threadsPerBatch, provider: self.model.provider)
        return try Session(of: model, options: options)
    }

    /// What the select samples say of layers, for people to read.
    ///
    /// - Returns: no answers where some losses are no numbers.
    func measures(of layers: [FactoredLayer]) throws -> (loss: PairedComparison, answers: AnswerMeasures?) {
        let session = try session(of: rewritten(layers))
        let after = try evaluator.evaluate(session, curves: true)
        let isFinite = (samples.losses + after.losses).allSatisfy(\.isFinite)
        let answers = try isFinite ? AnswerMeasures(before: samples, after: after, by: run.options.data) : nil
        let losses = CandidateEvaluator.finite(after.losses)
        return (try PairedComparison(before: CandidateEvaluator.finite(samples.losses), after: losses), answers)
    }

    /// What the select samples say of a model in the place of the original; all of it is numbers.
    ///
    /// - Parameter kind: under which the journal keeps it.
    func losses(_ kind: String, of rewritten: () throws -> Model) throws -> CandidateLosses {
        try run.journal.value(kind, writing: { $0.record }, reading: { try CandidateLosses($0) }) {
            let session = try session(of: rewritten())
            let measured = try CandidateEvaluator.measured(session, evaluator, fidelity)
            return CandidateEvaluator.candidate(measured, against: samples, by: run.options.data)
        }
    }
}
