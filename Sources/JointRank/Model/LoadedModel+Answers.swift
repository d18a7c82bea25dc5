internal import Calibration
internal import OnnxRuntimeEngine
internal import Reporting
internal import Tensors

extension LoadedModel {
    /// Bytes that answers may take; they are kept in memory.
    private static let mostAnswers = 1 << 30

    /// What this model says of the samples of a whole file: the probabilities of the classes, float32 [samples, classes] or
    /// [samples, positions, classes]; zeros at positions that a mask hides, or whose label does not count.
    func answers(on source: SampleSource, _ options: DataOptions, _ progress: ProgressHandler?) throws -> Tensor {
        let trial = try trial(of: source.withoutCutting, options)
        let width = try trial.loss.width(of: trial.scores)
        let positions = trial.scores.elementCount / width / trial.indices.count
        guard positions > 0 else {
            throw JointRankError(
                .badInput, "'\(path)' gives scores of shape \(trial.scores.shape) for \(trial.indices.count) samples, which are too few")
        }
        let needed = [source.count, positions, width].reduce(4, *)
        guard needed <= LoadedModel.mostAnswers else {
            throw JointRankError(
                .badInput,
                "what '\(path)' says of each sample is kept in memory, which for \(source.count) samples takes "
                    + "\(NumberText.bytes(needed)); \(NumberText.bytes(LoadedModel.mostAnswers)) are possible: use fewer samples")
        }
        var answers: [Float] = []
        answers.reserveCapacity(needed / 4)
        for (indices, valid) in try batch.batches(count: source.count, size: trial.schedule.batchSize) {
            try Task.checkCancellation()
            let inputs = try source.wholeInputs(indices)
            guard let scores = try trial.session.run(inputs, outputs: [trial.output])[trial.output] else { continue }
            try checkFinite(scores)
            let rows = try trial.loss.probabilities(scores)
            guard rows.count == indices.count * positions else {
                throw JointRankError(
                    .badInput, "'\(path)' gives scores of shape \(scores.shape) for \(indices.count) samples, and other ones for others")
            }
            let counts = positions > 1 ? try source.positionsThatCount(indices) : nil
            let labelled = try source.positionsWithLabels(indices)
            for (number, row) in rows.prefix(valid * positions).enumerated() {
                // A mask of anything else than these positions says nothing about them.
                let isCounted = [counts, labelled].allSatisfy { $0.map { $0.count != rows.count || $0[number] } ?? true }
                answers += row.map { isCounted ? Float($0) : 0 }
            }
            progress?(Progress(task: "asking the original", completed: answers.count / (width * positions), total: source.count))
        }
        let shape = [source.count] + (positions > 1 ? [positions] : []) + [width]
        return try Tensor(shape: shape, answers)
    }

    /// Whether this model's answers on so many samples can be kept in memory.
    func canAnswer(on source: SampleSource, _ options: DataOptions) throws -> Bool {
        let trial = try trial(of: source.withoutCutting, options)
        let answers = trial.scores.elementCount / max(trial.indices.count, 1)
        return [source.count, answers].reduce(4, *) <= LoadedModel.mostAnswers
    }
}
