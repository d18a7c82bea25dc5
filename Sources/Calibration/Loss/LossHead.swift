package import ONNXModel

/// Where a loss takes hold in a model's graph.
package struct LossHead: Sendable, Hashable {
    package let output: String
    /// The value that the gradients of the loss are seeded at: the input of the Softmax that makes the probabilities where there is one,
    /// which spares a division by small probabilities; else the output itself.
    package let seedValue: String
    /// What `seedValue` holds.
    package let seedForm: ScoreForm

    /// - Parameters:
    ///   - index: the graph, at opset 13 or later, where Softmax works along one axis.
    ///   - types: of its values.
    package init(output: MeasuredOutput, index: GraphIndex, types: [String: TensorType]) {
        self.output = output.name
        let loss = output.loss
        let activation = loss.kind == .binaryCrossEntropy ? "Sigmoid" : "Softmax"
        if loss.form == .probabilities, let logits = LossHead.logits(behind: output, activation, index: index, types: types) {
            seedValue = logits
            seedForm = .logits
        } else {
            seedValue = output.name
            seedForm = loss.form
        }
    }

    /// The input of the Sigmoid, or the Softmax over classes, that the output is a mere rearrangement of.
    private static func logits(
        behind output: MeasuredOutput, _ activation: String, index: GraphIndex, types: [String: TensorType]
    ) -> String? {
        var value = output.name
        let passing: Set<String> = ["Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Dropout"]
        // More steps than nodes would mean a cycle.
        for _ in 0...index.graph.node.count {
            guard let node = index.producingNode(of: value), let input = node.optionalInput(0) else { return nil }
            if node.qualifiedOperator == activation {
                guard activation == "Softmax" else { return input }
                guard let shape = types[input]?.shape else { return nil }
                let stated = node.int("axis") ?? -1
                let axis = stated < 0 ? stated + shape.count : stated
                // Rows of classes follow each other then, whatever axes samples and positions lie along.
                guard shape.indices.contains(axis), shape[axis] == .fixed(output.width) else { return nil }
                return shape.dropFirst(axis + 1).allSatisfy { $0 == .fixed(1) } ? input : nil
            }
            guard passing.contains(node.qualifiedOperator) else { return nil }
            value = input
        }
        return nil
    }
}
