/// The multiply-accumulates that a layer takes: dense, and as factors by rank.
package struct LayerOperations: Sendable, Hashable {
    package let dense: Int
    /// By rank, from 0 to the full one; nil where they are not known.
    package let factored: [Int?]

    package init(dense: Int, factored: [Int?]) {
        self.dense = dense
        self.factored = factored
    }
}
