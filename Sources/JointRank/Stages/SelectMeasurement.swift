internal import Calibration
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import OnnxRuntimeEngine
internal import Reporting

/// Measures candidates: rewrites the model in memory, runs it over the select samples, and compares it with the original sample by sample.
final class SelectMeasurement {
    private let model: LoadedModel
    private let evaluator: LossEvaluator
    private let original: SampleLosses
    private let threads: Int
    private let journal: Journal
    private let progress: ProgressHandler?
    /// Candidates measured so far.
    private(set) var count = 0

    /// - Parameter model: in float32 or float64.
    init(_ model: LoadedModel, split: SampleSplit, options: CompressionOptions, journal: Journal, progress: ProgressHandler?) throws {
        evaluator = try model.evaluator(of: split.select.feeding(model.inputs), options.data)
        original = try evaluator.evaluate(model.session)
        self.model = model
        self.journal = journal
        self.progress = progress
        threads = options.threads
    }

    /// Counts candidates that an interrupted run has measured.
    func count(earlier candidates: Int) { count += candidates }

    /// See ``SampleAdvice/doubt(_:of:)``; nil for no doubt.
    var doubt: String? { SampleAdvice.doubt(original, of: evaluator.output) }

    /// The original's losses on the select samples.
    var originalLosses: [Double] { original.losses }

    func comparison(of layers: FactoredLayers) throws -> PairedComparison {
        try PairedComparison(before: original.losses, after: losses(of: layers))
    }

    /// What a loss that is no number counts as: a candidate that overflows is a bad one, not the end of the run.
    private static let worstLoss = 1e9

    /// Losses on the select samples; all of them are numbers.
    func losses(of layers: FactoredLayers) throws -> [Double] {
        count += 1
        progress?(Progress(stage: "measuring candidates", completed: count, total: nil))
        return try losses("candidate") {
            let (factors, merged) = layers.measurable
            return try Rewriting.apply(factors, merged: merged, to: model.runnable, allowingAnyRank: true).model
        }
    }

    /// Losses of a model in the place of the original; all of them are numbers.
    ///
    /// - Parameter kind: under which the journal keeps them.
    func losses(_ kind: String, of rewritten: () throws -> Model) throws -> [Double] {
        try journal.value(kind, writing: SelectMeasurement.record(of:), reading: { try $0.elements("losses") }) {
            let session = try Session(of: rewritten(), options: SessionOptions(intraOpThreads: threads))
            return try evaluator.evaluate(session).losses.map { $0.isFinite ? $0 : SelectMeasurement.worstLoss }
        }
    }

    private static func record(of losses: [Double]) -> Record {
        var record = Record()
        record.set("losses", losses)
        return record
    }
}
