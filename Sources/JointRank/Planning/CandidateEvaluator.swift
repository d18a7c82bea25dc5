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
    private let original: SampleLosses
    private let run: Run
    /// Candidates measured so far.
    private(set) var count = 0

    private init(_ model: LoadedModel, _ evaluator: LossEvaluator, _ original: SampleLosses, _ run: Run) {
        self.model = model
        self.evaluator = evaluator
        self.original = original
        self.run = run
    }

    /// Measures the original.
    static func measuringOriginal(_ model: LoadedModel, on split: SampleSplit, _ run: Run) throws -> CandidateEvaluator {
        let evaluator = try model.evaluator(of: split.select.feeding(model.inputs), run.options.data)
        return CandidateEvaluator(model, evaluator, try evaluator.evaluate(model.session), run)
    }

    /// Counts candidates that an interrupted run has measured.
    func count(earlier candidates: Int) { count += candidates }

    /// See ``SampleAdvice/doubt(_:of:)``; nil for no doubt.
    var doubt: String? { SampleAdvice.doubt(original, of: evaluator.output) }

    /// The original's losses on the select samples.
    var originalLosses: [Double] { original.losses }

    /// What a loss that is no number counts as: a candidate that overflows is a bad one, not the end of the run.
    private static let worstLoss = 1e9

    /// Losses on the select samples; all of them are numbers.
    func losses(of layers: [FactoredLayer]) throws -> [Double] {
        count += 1
        run.report("measuring candidates", completed: count)
        return try losses("candidate") {
            let (factors, merged) = layers.measurable
            return try Rewriting.apply(factors, merged: merged, to: model.runnable, allowingAnyRank: true).model
        }
    }

    /// Losses of a model in the place of the original; all of them are numbers.
    ///
    /// - Parameter kind: under which the journal keeps them.
    func losses(_ kind: String, of rewritten: () throws -> Model) throws -> [Double] {
        try run.journal.value(kind, writing: CandidateEvaluator.record(of:), reading: { try $0.elements("losses") }) {
            let session = try Session(of: rewritten(), options: SessionOptions(intraOpThreads: run.options.threads))
            return try evaluator.evaluate(session).losses.map { $0.isFinite ? $0 : CandidateEvaluator.worstLoss }
        }
    }

    private static func record(of losses: [Double]) -> Record {
        var record = Record()
        record.set("losses", losses)
        return record
    }
}
