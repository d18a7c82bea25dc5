/// Why a model cannot be brought to a newer operator set.
package enum OpsetUpgradeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The model imports no operator set of the default domain, or one that is too old.
    case version(Int?)
    /// The operator's form changed, and this node uses what has no counterpart in the newer form.
    case noCounterpart(operatorName: String, node: String, reason: String)

    package var description: String {
        switch self {
        case .version(let version?): "operator set \(version) is older than \(OpsetUpgrade.oldestVersion), the oldest that can be upgraded"
        case .version(nil): "the model does not say which operator set it uses"
        case .noCounterpart(let name, let node, let reason):
            "operator \(name) (node '\(node)') has no counterpart in operator set \(OpsetUpgrade.targetVersion): \(reason)"
        }
    }
}
