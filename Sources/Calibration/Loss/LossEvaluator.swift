internal import Foundation
package import OnnxRuntimeEngine
internal import Tensors

/// Runs a model over labelled samples and returns the loss of each.
package struct LossEvaluator: Sendable {
    package let source: SampleSource
    package let output: MeasuredOutput
    private let batch: BatchPolicy
    private let batchSize: Int

    package init(source: SampleSource, output: MeasuredOutput, batch: BatchPolicy, batchSize: Int) {
        self.source = source
        self.output = output
        self.batch = batch
        self.batchSize = batchSize
    }

    /// - Parameters:
    ///   - curves: whether to find how the losses go with the temperature as well.
    ///   - progress: called with the number of samples done.
    /// - Throws: `CancellationError` when the task was cancelled, and what reading, running or the loss throw.
    package func evaluate(_ session: Session, curves: Bool = false, progress: (Int) -> Void = { _ in }) throws -> SampleLosses {
        var result = SampleLosses()
        try forEachBatch(session) { scores, indices, valid in
            result.append(try losses(of: scores, indices, curves: curves).prefix(valid))
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
        try forEachBatch(session) { scores, indices, valid in
            result.own.append(try losses(of: scores, indices, curves: curves).prefix(valid))
            result.other.append(try other.losses(of: scores, indices, curves: false).prefix(valid))
        }
        return result
    }

    private func losses(of scores: Tensor, _ indices: [Int], curves: Bool) throws -> SampleLosses {
        try output.loss.evaluate(scores, source.targets(indices), samples: indices.count, curves: curves)
    }

    /// - Parameter body: takes the scores of a batch, its samples, and how many of these count.
    private func forEachBatch(_ session: Session, _ body: (Tensor, [Int], Int) throws -> Void) throws {
        for (indices, valid) in batch.batches(count: source.count, size: batchSize) {
            try Task.checkCancellation()
            guard let scores = try session.run(source.inputs(indices), outputs: [output.name])[output.name] else { continue }
            try body(scores, indices, valid)
        }
    }
}
