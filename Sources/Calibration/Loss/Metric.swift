internal import Foundation

/// What people judge a model by, beside the loss that everything is chosen by.
package struct Metric: Sendable, Hashable {
    package let name: String
    package let value: Double
    /// Whether the value is a share, which is shown in percent.
    package let isShare: Bool

    init(_ name: String, _ value: Double, isShare: Bool = true) {
        self.name = name
        self.value = value
        self.isShare = isShare
    }
}

extension SampleLosses {
    /// The metrics that belong to a loss, the most usual one first; empty where there is nothing to compare with.
    package func metrics(of loss: Loss.Kind) -> [Metric] {
        guard !targets.isEmpty else { return [] }
        func metric(_ metric: AnswerMetric, _ value: Double, isShare: Bool = true) -> Metric {
            Metric(name(of: metric, for: loss), value, isShare: isShare)
        }
        switch loss {
        case .crossEntropy where counts.allSatisfy { $0 == 1 }:
            return [metric(.accuracy, accuracy), metric(.macroF1, macroF1)]
        case .crossEntropy:
            return [
                metric(.accuracy, accuracy), Metric("perplexity", exp(meanLossOfPositions), isShare: false), metric(.macroF1, macroF1),
            ]
        case .divergence:
            return [metric(.accuracy, accuracy)]
        case .binaryCrossEntropy:
            return [metric(.accuracy, accuracy), metric(.microF1, ClassCounts.byClass(self)[1]?.f1 ?? 0)]
        case .squaredError:
            return [
                metric(.correlation, meanOverOutputs { correlation($0, $1) }, isShare: false),
                Metric("Spearman correlation", meanOverOutputs { correlation(ranks(of: $0), ranks(of: $1)) }, isShare: false),
            ]
        case .output:
            return []
        }
    }

    /// Values of each sample, where all have as many: outputs of their own, whose levels may differ; else 1.
    var outputCount: Int {
        guard let count = counts.first, count > 0, counts.allSatisfy({ $0 == count }) else { return 1 }
        return count
    }

    /// One of several outputs' values, sample by sample.
    func values(_ all: [Double], ofOutput output: Int) -> [Double] { stride(from: output, to: all.count, by: outputCount).map { all[$0] } }

    private func meanOverOutputs(_ metric: ([Double], [Double]) -> Double) -> Double {
        let outputs = 0..<outputCount
        return outputs.reduce(0) { $0 + metric(values(predictions, ofOutput: $1), values(targets, ofOutput: $1)) } / Double(outputs.count)
    }

    /// The share of positions where the model is right.
    package var accuracy: Double {
        targets.isEmpty ? 0 : Double(zip(predictions, targets).count { $0 == $1 }) / Double(targets.count)
    }

    /// Every position counts the same here, however long its sample is.
    private var meanLossOfPositions: Double {
        zip(losses, counts).reduce(0) { $0 + $1.0 * Double($1.1) } / Double(targets.count)
    }

    /// The mean of the classes' F1, over the classes that occur.
    private var macroF1: Double {
        let counts = ClassCounts.byClass(self)
        return counts.keys.sorted().reduce(0) { $0 + (counts[$1]?.f1 ?? 0) } / Double(max(counts.count, 1))
    }
}

/// Pearson's; 0 where one side does not vary.
private func correlation(_ x: [Double], _ y: [Double]) -> Double {
    let (meanX, meanY) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
    var (covariance, varianceX, varianceY) = (0.0, 0.0, 0.0)
    for (x, y) in zip(x, y) {
        covariance += (x - meanX) * (y - meanY)
        varianceX += (x - meanX) * (x - meanX)
        varianceY += (y - meanY) * (y - meanY)
    }
    let scale = (varianceX * varianceY).squareRoot()
    return scale > 0 ? covariance / scale : 0
}

/// Ranks from 0; equal values share the mean of theirs.
private func ranks(of values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
        let end = order[start...].firstIndex { values[$0] != values[order[start]] } ?? order.count
        // NaN equals nothing, not even itself.
        let stop = max(end, start + 1)
        for index in order[start..<stop] { ranks[index] = Double(start + stop - 1) / 2 }
        start = stop
    }
    return ranks
}
