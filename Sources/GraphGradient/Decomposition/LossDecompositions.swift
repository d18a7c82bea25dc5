internal import ONNXModel
internal import Tensors

extension GradientRules {
    /// Losses of classes, which networks exported for training end in.
    static let lossDecompositions: [String: GradientRule] = [
        "NegativeLogLikelihoodLoss": .composite { context throws(GradientError) in
            [try context.likelihoodLoss(of: context.input(0))]
        },
        "SoftmaxCrossEntropyLoss": .composite { context throws(GradientError) in
            let logarithms = context.emit("LogSoftmax", [try context.input(0)], [.int("axis", 1)])
            return [try context.likelihoodLoss(of: logarithms), logarithms]
        },
    ]
}

extension RuleContext {
    /// What the logarithm of a label's probability lacks to 0, times the weight of its class; labels of `ignore_index` do not count.
    ///
    /// - Parameter logarithms: [samples, classes, positions...]; the labels are [samples, positions...].
    fileprivate mutating func likelihoodLoss(of logarithms: String) throws(GradientError) -> String {
        var labels = emit("Cast", [try input(1)], [.int("to", Int(ElementType.int64.rawValue))])
        var ignored: String?
        if let index = node.int("ignore_index") {
            let isIgnored = emit("Equal", [labels, builder.constant(Tensor(scalar: Int64(index)))])
            // Any class does where it does not count; the index itself may be none.
            labels = emit("Where", [isIgnored, builder.constant(Tensor(scalar: Int64(0))), labels])
            ignored = isIgnored
        }
        let classAxis = builder.integers([1])
        let columns = emit("GatherElements", [logarithms, emit("Unsqueeze", [labels, classAxis])], [.int("axis", 1)])
        var losses = emit("Neg", [emit("Squeeze", [columns, classAxis])])
        var weights = node.optionalInput(2).map { emit("Gather", [$0, labels], [.int("axis", 0)]) }
        if let given = weights { losses = emit("Mul", [losses, given]) }
        if let ignored {
            let zero = try number(0)
            losses = emit("Where", [ignored, zero, losses])
            let counted: String
            if let weights { counted = weights } else { counted = try number(1) }
            weights = emit("Where", [ignored, zero, counted])
        }
        switch node.string("reduction") ?? "mean" {
        case "none": return losses
        case "sum": return emit("ReduceSum", [losses], [.int("keepdims", 0)])
        case "mean":
            guard let weights else { return emit("ReduceMean", [losses], [.int("keepdims", 0)]) }
            let sums = [losses, weights].map { emit("ReduceSum", [$0], [.int("keepdims", 0)]) }
            return emit("Div", sums)
        case let form: throw unsupported("its reduction is '\(form)'")
        }
    }
}
