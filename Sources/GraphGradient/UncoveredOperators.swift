package import ONNXModel

extension GradientRules {
    /// The operators of a graph that no gradient can pass because they have no rule, sorted by name, each with the number of its nodes.
    ///
    /// Operators with a rule may still refuse a node's form, which is only known once the types of its values are.
    ///
    /// - Parameter nodes: in the operator forms of ``OpsetUpgrade/targetVersion`` or later. Nodes of subgraphs do not count: the
    ///   operators around them, such as `Loop`, have no rule already.
    package static func operatorsWithoutRule(in nodes: [NodeProto]) -> [(name: String, nodes: Int)] {
        let names = nodes.map(\.qualifiedOperator).filter { all[$0] == nil }
        return Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
