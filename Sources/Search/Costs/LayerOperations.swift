package import LowRank

/// The multiply-accumulates that a layer takes: dense, and as factors by form and rank.
package struct LayerOperations: Sendable, Hashable {
    package let dense: Int
    /// By rank, from 0 to the full one; nil where they are not known.
    private let factored: [StorageForm: [Int?]]

    package init(dense: Int, factored: [StorageForm: [Int?]]) {
        self.dense = dense
        self.factored = factored
    }

    /// Nil where they are not known.
    package func count(rank: Int, form: StorageForm) -> Int? { factored[form]?[rank] }
}
