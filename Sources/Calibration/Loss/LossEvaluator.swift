internal import Foundation
package import OnnxRuntimeEngine
internal import Tensors

/// Runs a model over labelled samples and returns the loss of each.
package struct LossEvaluator: Sendable {
    package let source: SampleSource
    package let output: MeasuredOutput
    private let batch: BatchPolicy
    /// A session that is evaluated should have its number of threads.
    package let schedule: BatchSchedule

    package init(source: SampleSource, output: MeasuredOutput, batch: BatchPolicy, schedule: BatchSchedule) {
        self.source = source
        self.output = output
        self.batch = batch
        self.schedule = schedule
    }

    /// - Parameters:
    ///   - curves: whether to find how the losses go with the temperature as well.
    ///   - progress: called with the number of samples done.
    /// - Throws: `CancellationError` when the task was cancelled, and what reading, running or the loss throw.
    package func evaluate(_ session: Session, curves: Bool = false, progress: (Int) -> Void = { _ in }) throws -> SampleLosses {
        var result = SampleLosses()
        try forEachBatch(session) { scores, indices in
            try losses(of: scores, indices, curves: curves)
        } take: { losses, valid in
            result.append(losses.prefix(valid))
            progress(result.losses.count)
        }
        return result
    }

    /// As ``evaluate(_:curves:progress:)``, with another loss of the same scores.
    ///
    /// - Parameter other: of the same output and the same samples, in the same order.
    package func evaluate(
        _ session: Session, curves: Bool, and other: LossEvaluator
    ) throws -> (own: SampleLosses, other: SampleLosses) {
        var result = (own: SampleLosses(), other: SampleLosses())
        try forEachBatch(session) { scores, indices in
            (own: try losses(of: scores, indices, curves: curves), other: try other.losses(of: scores, indices, curves: false))
        } take: { losses, valid in
            result.own.append(losses.own.prefix(valid))
            result.other.append(losses.other.prefix(valid))
        }
        return result
    }

    private func losses(of scores: Tensor, _ indices: [Int], curves: Bool) throws -> SampleLosses {
        try output.loss.evaluate(scores, source.targets(indices), samples: indices.count, curves: curves)
    }

    /// - Parameters:
    ///   - work: takes the scores of a batch, and its samples.
    ///   - take: what came of it, and how many of the samples count.
    private func forEachBatch<Losses: Sendable>(
        _ session: Session, _ work: @Sendable (Tensor, [Int]) throws -> Losses, take: (Losses, Int) throws -> Void
    ) throws {
        try schedule.forEach(of: batch.batches(count: source.count, size: schedule.batchSize)) { indices, valid in
            try session.run(source.inputs(indices), outputs: [output.name])[output.name].map { (try work($0, indices), valid) }
        } take: { result in
            if let result { try take(result.0, result.1) }
        }
    }
}
