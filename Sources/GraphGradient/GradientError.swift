/// Why a node cannot be differentiated.
package enum GradientError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No rule is known for the operator.
    case noRule(operatorName: String, node: String)
    /// A rule exists, but not for these attributes, shapes or inputs.
    case unsupported(operatorName: String, node: String, reason: String)

    package var description: String {
        switch self {
        case .noRule(let name, let node): "operator \(name) (node '\(node)') has no gradient rule"
        case .unsupported(let name, let node, let reason): "operator \(name) (node '\(node)'): \(reason)"
        }
    }
}
