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

    /// - Parameters:
    ///   - curves: whether to find how the losses go with the temperature as well.
    ///   - progress: called with the number of samples done.
    /// - Throws: `CancellationError` when the task was cancelled, and what reading, running or the loss throw.
    package func evaluate(_ session: Session, curves: Bool = false, progress: (Int) -> Void = { _ in }) throws -> SampleLosses {
        var result = SampleLosses()
        for (indices, valid) in batch.batches(count: source.count, size: batchSize) {
            try Task.checkCancellation()
            guard let scores = try session.run(source.inputs(indices), outputs: [output.name])[output.name] else { continue }
            let losses = try output.loss.evaluate(scores, source.targets(indices), samples: indices.count, curves: curves)
            result.append(losses.prefix(valid))
            progress(result.losses.count)
        }
        return result
    }
}
