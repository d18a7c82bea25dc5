package import Tensors

/// What a classifier's scores are.
package enum ScoreForm: String, Sendable {
    case logits
    case probabilities

    /// Scores that are nowhere negative and sum to one over the classes (within 1e-3, or the rounding of bfloat16) are taken for probabilities, any others for logits.
    /// Where each entry stands for itself, lying in 0 ... 1 is enough.
    package init(of scores: Tensor, loss: Loss.Kind = .crossEntropy) throws(LossError) {
        let rows = try OutputRows(scores, loss: loss, samples: scores.shape.first ?? 0)
        self = .logits
        guard rows.width > 0, rows.values.allSatisfy({ $0 >= 0 }) else { return }
        if loss == .binaryCrossEntropy {
            guard rows.values.allSatisfy({ $0 <= 1 }) else { return }
        } else {
            for start in stride(from: 0, to: rows.values.count, by: rows.width) {
                let sum = rows.values[start..<(start + rows.width)].reduce(0, +)
                guard abs(sum - 1) <= (scores.elementType == .bfloat16 ? 0x1p-8 : 1e-3) else { return }
            }
        }
        self = .probabilities
    }
}
