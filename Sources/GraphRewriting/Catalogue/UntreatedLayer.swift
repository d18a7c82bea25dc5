/// A node with weights that stays as it is, and why.
package struct UntreatedLayer: Sendable, Hashable {
    /// The node's name, or its output's name where the node's name is empty or not unique.
    package let name: String
    /// With its domain where that is not the default one.
    package let operatorName: String
    /// nil where the weight is computed at run time.
    package let weightShape: [Int]?
    package let reason: UntreatedReason
}
