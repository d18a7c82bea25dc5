internal import Foundation
package import Tensors

/// Cross-entropy and top-1 from a model's scores, computed in float64 on the host.
package struct ClassificationLoss: Sendable, Hashable {
    /// What the scores are.
    package enum Form: String, Sendable {
        case logits
        case probabilities
    }

    package let form: Form

    package init(form: Form) {
        self.form = form
    }

    /// Loss and hit of every sample.
    package struct Samples: Sendable, Hashable {
        /// -log p(label), in nats.
        package var losses: [Double] = []
        /// Whether the label has the highest score (the first of equals).
        package var hits: [Bool] = []

        package mutating func append(_ other: Samples) {
            losses += other.losses
            hits += other.hits
        }

        package func prefix(_ count: Int) -> Samples {
            Samples(losses: Array(losses.prefix(count)), hits: Array(hits.prefix(count)))
        }

        package var accuracy: Double { hits.isEmpty ? 0 : Double(hits.count { $0 }) / Double(hits.count) }
        package var meanLoss: Double { losses.isEmpty ? 0 : losses.reduce(0, +) / Double(losses.count) }
    }

    /// - Parameters:
    ///   - scores: samples x classes, further axes of length 1 allowed; float32 or float64.
    ///   - labels: one class a sample, each below the number of classes.
    package func evaluate(_ scores: Tensor, labels: [Int]) throws(LossError) -> Samples {
        let (values, classes) = try ClassificationLoss.matrix(scores, samples: labels.count)
        var result = Samples()
        result.losses.reserveCapacity(labels.count)
        result.hits.reserveCapacity(labels.count)
        for (sample, label) in labels.enumerated() {
            guard (0..<classes).contains(label) else { throw .labelOutOfRange(label: label, classes: classes) }
            let row = values[(sample * classes)..<((sample + 1) * classes)]
            result.losses.append(negativeLogLikelihood(row, label: label))
            result.hits.append(row.indices.max { row[$0] < row[$1] || (row[$0] == row[$1] && $0 > $1) } == row.startIndex + label)
        }
        return result
    }

    private func negativeLogLikelihood(_ row: ArraySlice<Double>, label: Int) -> Double {
        let score = row[row.startIndex + label]
        switch form {
        case .probabilities:
            return -log(max(score, 1e-12))
        case .logits:
            let highest = row.max() ?? 0
            return log(row.reduce(0) { $0 + exp($1 - highest) }) - (score - highest)
        }
    }

    /// Scores that are nowhere negative and sum to one over the classes (within 1e-3) are taken for probabilities, any others for logits.
    package static func form(of scores: Tensor) throws(LossError) -> Form {
        let (values, classes) = try matrix(scores, samples: scores.shape.first ?? 0)
        guard classes > 0, values.allSatisfy({ $0 >= 0 }) else { return .logits }
        for start in stride(from: 0, to: values.count, by: classes) {
            let sum = values[start..<(start + classes)].reduce(0, +)
            guard abs(sum - 1) <= 1e-3 else { return .logits }
        }
        return .probabilities
    }

    private static func matrix(_ scores: Tensor, samples: Int) throws(LossError) -> (values: [Double], classes: Int) {
        guard scores.shape.count >= 2, scores.shape[0] == samples, scores.shape.dropFirst(2).allSatisfy({ $0 == 1 }), scores.shape[1] > 0
        else { throw .shape(scores.shape, samples: samples) }
        if let floats: [Float] = scores.elements() { return (floats.map(Double.init), scores.shape[1]) }
        if let doubles: [Double] = scores.elements() { return (doubles, scores.shape[1]) }
        throw .elementType(scores.elementType)
    }
}

/// Why a loss cannot be computed from a model's output.
package enum LossError: Error, Sendable, Hashable, CustomStringConvertible {
    case shape([Int], samples: Int)
    case elementType(ElementType)
    case labelOutOfRange(label: Int, classes: Int)

    package var description: String {
        switch self {
        case .shape(let shape, let samples):
            "cross-entropy needs an output of shape [samples, classes], but for \(samples) samples the model gives \(shape)"
        case .elementType(let type): "cross-entropy needs a float32 or float64 output, but the model gives \(type)"
        case .labelOutOfRange(let label, let classes): "label \(label) is out of range: the model has \(classes) classes"
        }
    }
}
