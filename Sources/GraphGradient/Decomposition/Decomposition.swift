package import ONNXModel
package import Tensors

/// Writes composite operators of a graph, such as attention, in operators that have gradient rules.
///
/// The new nodes are in the forms of ``OpsetUpgrade/targetVersion``, which later operator sets kept: they fit every upgraded model.
/// A node that its decomposition refuses stays as it is; ``BackwardPass/obstacles(towards:)`` then gives the reason.
package enum Decomposition {
    /// The graph without its composite operators, for private use: every value of the graph keeps its name. The new values between
    /// have no known types. Nodes of subgraphs stay, since no gradient flows through those.
    ///
    /// - Parameters:
    ///   - types: element type and shape of every value of the graph, as far as known.
    ///   - constants: values known when the graph is built.
    /// - Returns: nil where there is nothing to decompose.
    package static func decomposed(_ graph: GraphProto, types: [String: TensorType], constants: [String: Tensor]) -> GraphProto? {
        guard graph.node.contains(where: { $0.decomposition != nil }) else { return nil }
        let used = Set(graph.output.map(\.name)).union(graph.node.flatMap(\.usedValues))
        var builder = GraphBuilder(avoiding: graph.allNames)
        var result = graph
        result.node = []
        var changed = false
        for original in graph.node {
            // An output that nothing reads need not be known.
            var node = original
            for index in node.output.indices where !used.contains(node.output[index]) { node.output[index] = "" }
            guard let rule = node.decomposition, refusal(of: rule, for: node, types: types, constants: constants) == nil else {
                result.node.append(original)
                continue
            }
            let start = builder.nodes.count
            var context = RuleContext(decomposing: node, types: types, constants: constants)
            // Lent, not copied: a copy for every node would take time quadratic in the graph's size.
            swap(&context.builder, &builder)
            let isDecomposed = (try? context.decompose(by: rule)) != nil
            swap(&context.builder, &builder)
            result.node += isDecomposed ? Array(builder.nodes[start...]) : [original]
            changed = changed || isDecomposed
        }
        result.initializer += builder.initializers
        return changed ? result : nil
    }

    /// Runs a decomposition into a scratch builder to hear whether it takes this node.
    static func refusal(
        of rule: @Sendable (inout RuleContext) throws(GradientError) -> [String?], for node: NodeProto, types: [String: TensorType],
        constants: [String: Tensor]
    ) -> GradientError? {
        var context = RuleContext(decomposing: node, types: types, constants: constants)
        do {
            try context.decompose(by: rule)
            return nil
        } catch {
            return error
        }
    }
}

extension NodeProto {
    fileprivate var decomposition: (@Sendable (inout RuleContext) throws(GradientError) -> [String?])? {
        if case .composite(let rule)? = GradientRules.all[qualifiedOperator] { rule } else { nil }
    }
}

extension RuleContext {
    fileprivate init(decomposing node: NodeProto, types: [String: TensorType], constants: [String: Tensor]) {
        self.init(
            node: node, outputGradients: [], wanted: [], builder: GraphBuilder(avoiding: []), types: types, constants: constants,
            purpose: "decomposed")
    }

    /// Emits nodes that end in the outputs of the node.
    fileprivate mutating func decompose(
        by rule: @Sendable (inout RuleContext) throws(GradientError) -> [String?]
    ) throws(GradientError) {
        let values = try rule(&self)
        for (index, output) in node.output.enumerated() where !output.isEmpty {
            guard values.indices.contains(index), let value = values[index] else {
                throw unsupported("gradients are not known for a node that has output \(index)")
            }
            var end = NodeProto()
            end.opType = "Identity"
            end.name = builder.uniqueName("decomposed/\(output)")
            end.input = [value]
            end.output = [output]
            builder.append(end)
        }
    }
}
