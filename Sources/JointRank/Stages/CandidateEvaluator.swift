internal import ONNXModel
internal import Calibration
internal import Foundation
internal import LowRank
internal import OnnxRuntimeEngine

/// Measures plans: rewrites the model in memory, runs it on the select samples, and compares it with the original there.
struct CandidateEvaluator {
    let calibrated: CalibratedModel
    private let evaluator: LossEvaluator
    private let original: ClassificationLoss.Samples
    private let threads: Int

    init(_ calibrated: CalibratedModel, select: SampleSource, options: CompressionOptions) throws {
        self.calibrated = calibrated
        (evaluator, _) = try calibrated.model.evaluator(of: select, options.data)
        original = try evaluator.evaluate(calibrated.model.session)
        threads = options.threads
    }

    /// Select samples.
    var sampleCount: Int { original.losses.count }

    func comparison(of plan: RankPlan) throws -> PairedComparison {
        let model = try calibrated.rewritten(plan)
        let session = try Session(model: model.serialized(), options: SessionOptions(intraOpThreads: threads))
        return try PairedComparison(before: original.losses, after: evaluator.evaluate(session).losses)
    }
}
