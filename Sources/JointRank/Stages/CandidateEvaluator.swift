internal import Calibration
internal import Foundation
internal import LowRank
internal import ONNXModel
internal import OnnxRuntimeEngine

/// Measures plans: rewrites the model in memory, runs it, and compares it with the original sample by sample.
///
/// Refits are cross-fitted: the samples fall into folds, and each fold measures a refit that was computed on the others. So every sample
/// of the fit and the select set helps to judge, and none judges what it was used to fit.
struct CandidateEvaluator {
    /// Samples that measure together, and those that the refit which they measure may use.
    private struct Fold {
        let evaluator: LossEvaluator
        let original: ClassificationLoss.Samples
        let others: [Int]
    }

    let calibrated: CalibratedModel
    private let folds: [Fold]
    private let threads: Int

    /// The select set is a fold of its own, each half of the fit set another.
    init(_ calibrated: CalibratedModel, split: SampleSplit, options: CompressionOptions) throws {
        let fit = Array(0..<split.fit.count)
        let halves = [fit.filter { $0 % 2 == 0 }, fit.filter { $0 % 2 == 1 }]
        let select = Array(split.fit.count..<(split.fit.count + split.select.count))
        let parts = [
            (split.select, fit), (try split.fit.subset(halves[0]), halves[1] + select),
            (try split.fit.subset(halves[1]), halves[0] + select),
        ]
        let model = calibrated.model
        folds = try parts.map { source, others in
            let (evaluator, _) = try model.evaluator(of: source, options.data)
            return Fold(evaluator: evaluator, original: try evaluator.evaluate(model.session), others: others)
        }
        self.calibrated = calibrated
        threads = options.threads
    }

    /// Samples that take part in measuring.
    var sampleCount: Int { folds.reduce(0) { $0 + $1.original.losses.count } }

    func comparison(of plan: RankPlan) throws -> PairedComparison {
        let shared = plan.refitDamping == nil ? try session(of: plan, samples: nil) : nil
        var before: [Double] = []
        var after: [Double] = []
        for fold in folds {
            let session = try shared ?? session(of: plan, samples: fold.others)
            before += fold.original.losses
            after += try fold.evaluator.evaluate(session).losses
        }
        return try PairedComparison(before: before, after: after)
    }

    private func session(of plan: RankPlan, samples: [Int]?) throws -> Session {
        let model = try calibrated.rewritten(plan, refittingOn: samples)
        return try Session(model: model.serialized(), options: SessionOptions(intraOpThreads: threads))
    }
}
