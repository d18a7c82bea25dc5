internal import Files

extension NodeProto {
    /// What messages call the node: its name or, as that is often left out, its operator and first output.
    package var displayName: String {
        guard name.isEmpty else { return name }
        guard let output = output.first(where: { !$0.isEmpty }) else { return "\(qualifiedOperator) (without a name)" }
        return "\(qualifiedOperator) that produces \(output.quoted)"
    }

    var isInDefaultDomain: Bool { domain.isEmpty || domain == "ai.onnx" }

    /// Whether this is the standard `Constant` operator.
    package var isConstant: Bool { opType == "Constant" && isInDefaultDomain }

    /// Whether this is the standard `Identity` operator.
    package var isIdentity: Bool { opType == "Identity" && isInDefaultDomain }

    /// The graphs in the node's attributes (the branches of `If`, the bodies of `Loop` and `Scan`).
    package var subgraphs: [GraphProto] {
        attribute.flatMap { attribute in (attribute.hasG ? [attribute.g] : []) + attribute.graphs }
    }
}
