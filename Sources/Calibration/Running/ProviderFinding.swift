package import OnnxRuntimeEngine

/// What is to be known of a provider that a graph was given to.
package enum ProviderFinding: Sendable, Hashable {
    /// It runs the graph, or a part of it.
    case placement(Placement)
    /// It could not build the graph, for what the runtime reported. The CPU runs the graph in its place.
    case refusal(ExecutionProvider, reason: String)
    /// It gives other values than the CPU, by a share of their norm. Where `isReplaced`, the CPU runs the graph in its place.
    case difference(ExecutionProvider, share: Double, isReplaced: Bool)

    /// What to say of it; nil where all is as it should be.
    ///
    /// - Parameter graph: what it is called.
    package func warning(of graph: String) -> String? {
        switch self {
        case .placement(let placement): placement.warning(of: graph)
        case .refusal(let provider, let reason): "\(provider.name) does not run \(graph), which the CPU runs in its place: \(reason)"
        case .difference(let provider, let share, let isReplaced):
            "\(provider.name) gives other values than the CPU for \(graph), by \(ProviderFinding.percent(share)) of their norm"
                + (isReplaced ? "; the CPU runs it in its place" : "")
        }
    }

    /// In whole percent; providers may give no numbers at all.
    private static func percent(_ share: Double) -> String {
        share.isFinite && share < 1e6 ? "\(Int((100 * share).rounded())) %" : "all"
    }
}
