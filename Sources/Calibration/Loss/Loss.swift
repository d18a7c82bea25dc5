internal import Datasets
internal import Foundation
package import Tensors

/// How far a model's output is from what it should be: one number for each sample, computed in float64 on the host.
package struct Loss: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// Mean over a sample's labelled positions of -log p(label), in nats.
        case crossEntropy
        /// Mean over a sample's positions of the Kullback-Leibler divergence of p from the distribution that is wanted, in nats.
        case divergence
        /// Mean over a sample's entries of the cross-entropy of a yes (1) or a no (0), in nats.
        case binaryCrossEntropy
        /// Mean over a sample's entries of the squared difference.
        case squaredError
        /// Mean over a sample's entries of the output itself.
        case output

        /// Whether the output is a choice among classes.
        var isCategorical: Bool { self == .crossEntropy || self == .divergence }
        /// Whether what the model says is right or wrong.
        package var hasRightAnswers: Bool { isCategorical || self == .binaryCrossEntropy }
    }

    package let kind: Kind
    /// What the scores of a cross-entropy are.
    package let form: ScoreForm

    package init(_ kind: Kind = .crossEntropy, form: ScoreForm = .logits) {
        self.kind = kind
        self.form = form
    }

    /// The targets that the loss asks for.
    package var targetKind: Targets.Kind {
        switch kind {
        case .crossEntropy: .classes
        case .divergence: .distributions
        case .binaryCrossEntropy, .squaredError: .values
        case .output: .none
        }
    }

    /// Classes of an output; entries of a sample that stand for themselves.
    package func width(of output: Tensor) throws(LossError) -> Int {
        try OutputRows(output, loss: kind, samples: 0).width
    }

    /// - Throws: where an output has not as many rows, or entries, as there are labels.
    package func check(_ output: Tensor, goesWith targets: Targets, samples: Int) throws(LossError) {
        try check(OutputRows(output, loss: kind, samples: samples), targets, samples: samples)
    }

    private func check(_ rows: OutputRows, _ targets: Targets, samples: Int) throws(LossError) {
        switch targets {
        case .classes(let labels, let positions) where labels.count != rows.count:
            throw .labelCount(positions, output: rows.shape, samples: samples)
        case .values(let values, let perSample) where values.count != rows.count * rows.width:
            throw .labelCount(perSample, output: rows.shape, samples: samples)
        case .distributions(let values, let positions)
        where positions * samples != rows.count || values.count != rows.count * rows.width:
            let classes = values.count / max(positions * samples, 1)
            throw .distributions(positions: positions, classes: classes, output: rows.shape, samples: samples)
        default: return
        }
    }

    /// - Parameters:
    ///   - output: its first axis runs over samples, or over samples and their positions; floating-point.
    ///   - samples: how many there are.
    ///   - curves: whether to find how a choice among classes goes with the temperature as well, which costs several times the loss.
    package func evaluate(_ output: Tensor, _ targets: Targets, samples: Int, curves: Bool = false) throws(LossError) -> SampleLosses {
        let rows = try OutputRows(output, loss: kind, samples: samples)
        try check(rows, targets, samples: samples)
        switch (kind, targets) {
        case (.crossEntropy, .classes(let labels, let positions)):
            return try crossEntropy(rows, labels, positions: positions, samples: samples, curves: curves)
        case (.divergence, .distributions(let values, let positions)):
            return divergence(rows, values, positions: positions, samples: samples, curves: curves)
        case (.binaryCrossEntropy, .values(let values, _)):
            return entries(rows, values, samples: samples) { score, target in
                (self.binaryCrossEntropy(score, target), self.isYes(score) ? 1 : 0)
            }
        case (.squaredError, .values(let values, _)):
            return entries(rows, values, samples: samples) { output, target in ((output - target) * (output - target), output) }
        case (.output, _):
            let losses = (0..<samples).map { sample in
                let entries = rows.entries(sample: sample, of: samples)
                return entries.reduce(0, +) / Double(entries.count)
            }
            return SampleLosses(losses: losses, counts: Array(repeating: 0, count: samples))
        default:
            throw .targets(kind)
        }
    }

    private func crossEntropy(
        _ rows: OutputRows, _ labels: [Int], positions: Int, samples: Int, curves: Bool
    ) throws(LossError) -> SampleLosses {
        var result = SampleLosses()
        for sample in 0..<samples {
            var sum = 0.0
            var count = 0
            var sums = TemperatureCurves.Sums()
            for row in (sample * positions)..<((sample + 1) * positions) where labels[row] != Labels.ignored {
                let label = labels[row]
                guard (0..<rows.width).contains(label) else { throw .labelOutOfRange(label: label, classes: rows.width) }
                let scores = rows[row]
                sum += surprisals(scores)(label)
                if curves {
                    let logits = logits(scores)
                    sums.add(logits, highest: logits.max() ?? 0, target: logits[label])
                }
                result.predictions.append(Double(scores.firstOfHighest))
                result.targets.append(Double(label))
                count += 1
            }
            result.losses.append(sum / Double(max(count, 1)))
            result.counts.append(count)
            if curves { result.curves.append(sums, positions: count) }
        }
        return result
    }

    /// - Parameter distributions: probabilities by row, or zeros where a row does not count.
    private func divergence(
        _ rows: OutputRows, _ distributions: [Double], positions: Int, samples: Int, curves: Bool
    ) -> SampleLosses {
        var result = SampleLosses()
        for sample in 0..<samples {
            var sum = 0.0
            var count = 0
            var sums = TemperatureCurves.Sums()
            for row in (sample * positions)..<((sample + 1) * positions) {
                let wanted = Array(distributions[(row * rows.width)..<((row + 1) * rows.width)])
                guard wanted.contains(where: { $0 > 0 }) else { continue }
                let scores = rows[row]
                let surprisal = surprisals(scores)
                let divergence = wanted.enumerated().reduce(0) { sum, next in
                    next.element > 0 ? sum + next.element * (log(next.element) + surprisal(next.offset)) : sum
                }
                // Of equal distributions, rounding may leave less than nothing.
                sum += max(0, divergence)
                if curves {
                    let logits = logits(scores)
                    let wantedScores = zip(wanted, logits).filter { $0.0 > 0 }
                    sums.add(
                        logits, highest: logits.max() ?? 0, target: wantedScores.reduce(0) { $0 + $1.0 * $1.1 },
                        offset: wantedScores.reduce(0) { $0 + $1.0 * log($1.0) })
                }
                result.predictions.append(Double(scores.firstOfHighest))
                result.targets.append(Double(wanted.firstOfHighest))
                count += 1
            }
            result.losses.append(sum / Double(max(count, 1)))
            result.counts.append(count)
            if curves { result.curves.append(sums, positions: count) }
        }
        return result
    }

    /// -log p of each class of a row.
    private func surprisals(_ row: [Double]) -> (_ label: Int) -> Double {
        switch form {
        case .probabilities:
            return { -log(max(row[$0], Loss.smallestProbability)) }
        case .logits:
            let highest = row.max() ?? 0
            let normalizer = log(row.reduce(0) { $0 + exp($1 - highest) })
            return { normalizer - (row[$0] - highest) }
        }
    }

    /// What the softmax makes a row's probabilities of.
    private func logits(_ row: [Double]) -> [Double] {
        form == .logits ? row : row.map { log(max($0, Loss.smallestProbability)) }
    }

    /// The probabilities of each class, for as many rows as an output has.
    package func probabilities(_ output: Tensor) throws(LossError) -> [[Double]] {
        let rows = try OutputRows(output, loss: kind, samples: 0)
        return (0..<rows.count).map { number in
            let row = rows[number]
            let surprisal = surprisals(row)
            return row.indices.map { exp(-surprisal($0)) }
        }
    }

    private func binaryCrossEntropy(_ score: Double, _ target: Double) -> Double {
        switch form {
        case .probabilities:
            -target * log(max(score, Loss.smallestProbability)) - (1 - target) * log(max(1 - score, Loss.smallestProbability))
        case .logits:
            // log(1 + exp(z)) - y z, without overflow.
            max(score, 0) + log1p(exp(-abs(score))) - target * score
        }
    }

    private func isYes(_ score: Double) -> Bool {
        score > (form == .probabilities ? 0.5 : 0)
    }

    /// A loss that is a mean over a sample's entries.
    ///
    /// - Parameter entry: loss and prediction of one, given output and target.
    private func entries(
        _ rows: OutputRows, _ targets: [Double], samples: Int, _ entry: (Double, Double) -> (loss: Double, prediction: Double)
    ) -> SampleLosses {
        let width = targets.count / max(samples, 1)
        var result = SampleLosses(targets: targets, counts: Array(repeating: width, count: samples))
        for sample in 0..<samples {
            var sum = 0.0
            for (output, target) in zip(rows.entries(sample: sample, of: samples), targets[(sample * width)...]) {
                let (loss, prediction) = entry(output, target)
                sum += loss
                result.predictions.append(prediction)
            }
            result.losses.append(sum / Double(width))
        }
        return result
    }

    /// What a probability of 0 is taken for, so that it does not cost infinity.
    private static let smallestProbability = 1e-12
}

extension [Double] {
    /// The position of the highest element, the first of equals.
    fileprivate var firstOfHighest: Int {
        indices.max { self[$0] < self[$1] || (self[$0] == self[$1] && $0 > $1) } ?? 0
    }
}
