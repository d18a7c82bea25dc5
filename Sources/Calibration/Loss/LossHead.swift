package import ONNXModel

/// Where a classifier's loss takes hold in its graph.
package struct LossHead: Sendable, Hashable {
    /// The output that holds the scores.
    package let output: String
    package let form: ClassificationLoss.Form
    /// The value that the gradients of the loss are seeded at: the input of the Softmax that makes the probabilities where there is one,
    /// which spares a division by small probabilities; else the output itself.
    package let seedValue: String
    /// What `seedValue` holds.
    package let seedForm: ClassificationLoss.Form

    /// - Parameters:
    ///   - output: a graph output of shape [samples, classes], further axes of length 1 allowed.
    ///   - form: what it holds.
    ///   - index: the graph, at opset 13 or later, where Softmax works along one axis.
    ///   - types: of its values.
    package init(output: String, form: ClassificationLoss.Form, index: GraphIndex, types: [String: TensorType]) {
        self.output = output
        self.form = form
        if form == .probabilities, let logits = LossHead.logits(behind: output, index: index, types: types) {
            seedValue = logits
            seedForm = .logits
        } else {
            seedValue = output
            seedForm = form
        }
    }

    /// The input of the Softmax over classes that `value` is a mere rearrangement of.
    private static func logits(behind value: String, index: GraphIndex, types: [String: TensorType]) -> String? {
        var value = value
        let passing: Set<String> = ["Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Dropout"]
        // More steps than nodes would mean a cycle.
        for _ in 0...index.graph.node.count {
            guard let node = index.producingNode(of: value), let input = node.optionalInput(0) else { return nil }
            if node.qualifiedOperator == "Softmax" {
                guard let shape = types[input]?.shape else { return nil }
                let axis = node.int("axis") ?? -1
                let others = shape.indices.dropFirst().filter { $0 != (axis < 0 ? axis + shape.count : axis) }
                return others.allSatisfy { shape[$0] == .fixed(1) } ? input : nil
            }
            guard passing.contains(node.qualifiedOperator) else { return nil }
            value = input
        }
        return nil
    }
}
