internal import Foundation
package import OnnxRuntimeEngine

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

    /// As ``evaluate(_:progress:)``, for two losses of the same scores.
    ///
    /// - Parameter other: of the same samples, in the same order, and the same output.
    package func evaluate(_ session: Session, and other: LossEvaluator) throws -> (own: SampleLosses, other: SampleLosses) {
        var result = (own: SampleLosses(), other: SampleLosses())
        for (indices, valid) in batch.batches(count: source.count, size: batchSize) {
            try Task.checkCancellation()
            guard let scores = try session.run(source.inputs(indices), outputs: [output.name])[output.name] else { continue }
            result.own.append(try output.loss.evaluate(scores, source.targets(indices), samples: indices.count).prefix(valid))
            result.other.append(
                try other.output.loss.evaluate(scores, other.source.targets(indices), samples: indices.count).prefix(valid))
        }
        return result
    }

    /// - Parameter progress: called with the number of samples done.
    /// - Throws: `CancellationError` when the task was cancelled, and what reading, running or the loss throw.
    package func evaluate(_ session: Session, progress: (Int) -> Void = { _ in }) throws -> SampleLosses {
        var result = SampleLosses()
        for (indices, valid) in batch.batches(count: source.count, size: batchSize) {
            try Task.checkCancellation()
            guard let scores = try session.run(source.inputs(indices), outputs: [output.name])[output.name] else { continue }
            result.append(try output.loss.evaluate(scores, source.targets(indices), samples: indices.count).prefix(valid))
            progress(result.losses.count)
        }
        return result
    }
}
