package import ONNXModel
package import Tensors

/// Reverse-mode differentiation of a graph, source to source: appends nodes that compute vector-Jacobian products.
///
/// The graph must be in topological order and in the operator forms of ``OpsetUpgrade/targetVersion`` or later.
/// Several passes may be appended to one forward graph, each with its own seed.
package struct BackwardPass {
    /// The forward graph. ``append(seeds:withRespectTo:to:)`` may add optional outputs to its nodes (the indices of a max pool), so the
    /// joined graph must be made of these nodes, read after the last call.
    package private(set) var nodes: [NodeProto]
    private let types: [String: TensorType]
    private let constants: [String: Tensor]
    private let rules: [String: GradientRule]

    /// - Parameters:
    ///   - nodes: the forward graph, in topological order.
    ///   - types: element type and shape of every value of the graph, as far as known.
    ///   - constants: values known when the graph is built, small ones (axes, shapes, bounds) at least.
    ///   - rules: by qualified operator name.
    package init(
        nodes: [NodeProto], types: [String: TensorType], constants: [String: Tensor], rules: [String: GradientRule] = GradientRules.all
    ) {
        self.nodes = nodes
        self.types = types
        self.constants = constants
        self.rules = rules
    }

    /// For every value from which some path to `outputs` cannot be differentiated: why.
    ///
    /// A value that is not listed either has a complete gradient or does not influence the outputs through any differentiable path.
    package func obstacles(towards outputs: [String]) -> [String: GradientError] {
        var relevant = Set(outputs)
        var obstacles: [String: GradientError] = [:]
        for node in nodes.reversed() where node.output.contains(where: relevant.contains) {
            let inherited = node.output.lazy.compactMap { obstacles[$0] }.first
            let obstacle: GradientError?
            switch rules[node.qualifiedOperator] {
            case .zero: continue
            case nil: obstacle = inherited ?? .noRule(operatorName: node.qualifiedOperator, node: node.name)
            case .backward(let rule): obstacle = inherited ?? refusal(of: rule, for: node, relevant: relevant)
            case .composite(let rule): obstacle = inherited ?? reasonToStay(of: node, rule)
            }
            for input in node.input where !input.isEmpty && isFloatingPoint(input) {
                relevant.insert(input)
                if let obstacle { obstacles[input] = obstacles[input] ?? obstacle }
            }
        }
        return obstacles
    }

    /// Appends the backward nodes for one seed.
    ///
    /// - Parameters:
    ///   - seeds: for forward values, the name of the gradient that flows into them (same shape and type).
    ///   - targets: the forward values whose gradients are wanted.
    ///   - builder: receives the nodes; must avoid all names of the forward graph.
    /// - Returns: for each target that influences a seeded value, the name of its gradient.
    package mutating func append(
        seeds: [String: String], withRespectTo targets: Set<String>, to builder: inout GraphBuilder
    ) throws(GradientError) -> [String: String] {
        let active = valuesDepending(on: targets)
        var contributions = seeds.mapValues { [$0] }
        for (index, node) in nodes.enumerated().reversed() {
            guard node.output.contains(where: { contributions[$0] != nil && active.contains($0) }) else { continue }
            guard node.input.contains(where: active.contains) else { continue }
            let rule: @Sendable (inout RuleContext) throws(GradientError) -> [String?]
            switch rules[node.qualifiedOperator] {
            case .zero: continue
            case nil: throw .noRule(operatorName: node.qualifiedOperator, node: node.name)
            case .composite(let decomposition): throw reasonToStay(of: node, decomposition)
            case .backward(let backward): rule = backward
            }
            let outputGradients = node.output.map { sum(&contributions, at: $0, with: &builder) }
            var context = RuleContext(
                node: node, outputGradients: outputGradients, wanted: node.input.map(active.contains),
                builder: GraphBuilder(avoiding: []), types: types, constants: constants)
            // Lent, not copied: a copy for every node would take time quadratic in the graph's size.
            swap(&context.builder, &builder)
            defer { swap(&context.builder, &builder) }
            let gradients = try rule(&context)
            nodes[index] = context.node
            for (input, gradient) in zip(node.input, gradients) where active.contains(input) {
                if let gradient { contributions[input, default: []].append(gradient) }
            }
        }
        var result: [String: String] = [:]
        for target in targets.sorted() { result[target] = sum(&contributions, at: target, with: &builder) }
        return result
    }

    /// Values that change when a target changes, targets included.
    private func valuesDepending(on targets: Set<String>) -> Set<String> {
        var active = targets
        for node in nodes where node.input.contains(where: active.contains) {
            if case .zero = rules[node.qualifiedOperator] { continue }
            active.formUnion(node.output.filter { !$0.isEmpty && isFloatingPoint($0) })
        }
        return active
    }

    /// Adds up what flowed into a value along several paths, once.
    private func sum(_ contributions: inout [String: [String]], at value: String, with builder: inout GraphBuilder) -> String? {
        guard let parts = contributions[value], let first = parts.first else { return nil }
        guard parts.count > 1 else { return first }
        let total = builder.emit("Sum", parts, hint: "gradient/\(value)")
        contributions[value] = [total]
        return total
    }

    /// Runs a rule into a scratch builder to hear whether it takes this node.
    private func refusal(
        of rule: @Sendable (inout RuleContext) throws(GradientError) -> [String?], for node: NodeProto, relevant: Set<String>
    ) -> GradientError? {
        var context = RuleContext(
            node: node, outputGradients: node.output.map { relevant.contains($0) ? "seed" : nil },
            wanted: node.input.map { !$0.isEmpty && constants[$0] == nil && isFloatingPoint($0) },
            builder: GraphBuilder(avoiding: []), types: types, constants: constants)
        do {
            _ = try rule(&context)
            return nil
        } catch {
            return error
        }
    }

    /// Why a node that could have been decomposed is still there.
    private func reasonToStay(
        of node: NodeProto, _ rule: @Sendable (inout RuleContext) throws(GradientError) -> [String?]
    ) -> GradientError {
        Decomposition.refusal(of: rule, for: node, types: types, constants: constants)
            ?? .noRule(operatorName: node.qualifiedOperator, node: node.name)
    }

    private func isFloatingPoint(_ value: String) -> Bool {
        types[value]?.elementType.isFloatingPoint ?? true
    }
}
