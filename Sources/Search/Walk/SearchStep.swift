/// A decision of the joint method on the way to a point: what the select samples have a say in, and not what was learned from the fit samples.
package enum SearchStep: Sendable, Hashable, Codable {
    /// Layers were cut down.
    ///
    /// - Parameters:
    ///   - cost: of all layers, afterwards.
    ///   - trust: the position of the degree of trust that won.
    ///   - damping: of the refit; nil where what is kept was left as it is.
    case cut(cost: Double, trust: Int, damping: Double?)
    /// Layers were cut down by their singular values alone, to a cost.
    case singularValues(cost: Double)
    /// What is kept was rescaled.
    case round(target: SearchTarget, damping: Double)
}
