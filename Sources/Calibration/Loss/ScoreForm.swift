package import Tensors

/// What a classifier's scores are.
package enum ScoreForm: String, Sendable {
    case logits
    case probabilities

    /// Scores that are nowhere negative and sum to one over the classes (within 1e-3, or the rounding of bfloat16) are taken for probabilities, any others for logits.
    /// Where each entry stands for itself, lying in 0 ... 1 is enough.
    package init(of scores: Tensor, loss: Loss.Kind = .crossEntropy) throws(LossError) {
        let tolerance = scores.elementType == .bfloat16 ? 0x1p-8 : 1e-3
        let rows = try OutputRows(scores, loss: loss, samples: scores.shape.first ?? 0)
        self = .logits
        for row in 0..<rows.count {
            let scores = rows[row]
            guard scores.allSatisfy({ $0 >= 0 }) else { return }
            if loss == .binaryCrossEntropy {
                guard scores.allSatisfy({ $0 <= 1 }) else { return }
            } else {
                guard abs(scores.reduce(0, +) - 1) <= tolerance else { return }
            }
        }
        self = .probabilities
    }
}
