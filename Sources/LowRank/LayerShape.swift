/// A layer as the method sees it: `groups` linear maps y = W x with one shared rank.
package struct LayerShape: Sendable, Hashable {
    package let name: String
    /// Matrices in the layer; more than one for a grouped convolution.
    package let groups: Int
    /// Outputs M of each matrix.
    package let rows: Int
    /// Inputs K of each matrix: a convolution's C_in / groups * kernel size.
    package let columns: Int

    package init(name: String, groups: Int, rows: Int, columns: Int) {
        self.name = name
        self.groups = groups
        self.rows = rows
        self.columns = columns
    }

    package var fullRank: Int { min(rows, columns) }

    package var denseParameters: Int { groups * rows * columns }

    /// Elements that the layer's weights take when `rank` components are kept; at full rank the layer stays dense.
    package func parameters(rank: Int) -> Int {
        rank >= fullRank ? denseParameters : groups * rank * (rows + columns)
    }

    /// The largest rank whose two factors take fewer elements than the dense weight; 0 where there is none.
    package var largestSavingRank: Int {
        StorageForm.factors.largestSavingRank(rows: rows, columns: columns)
    }
}

/// One rank for every layer, in the layers' order; the full rank leaves a layer dense.
package struct RankPlan: Sendable, Hashable {
    package var ranks: [Int]
    /// The damping with which the kept components are rescaled (see ``GateRefit``); nil leaves them as they are.
    package var refitDamping: Double?

    package init(ranks: [Int], refitDamping: Double? = nil) {
        self.ranks = ranks
        self.refitDamping = refitDamping
    }

    package static func dense(_ layers: [LayerShape]) -> RankPlan {
        RankPlan(ranks: layers.map(\.fullRank))
    }

    /// Elements of all layers' weights under this plan.
    package func parameters(of layers: [LayerShape]) -> Int {
        zip(layers, ranks).reduce(0) { $0 + $1.0.parameters(rank: $1.1) }
    }

    /// This plan with one layer's rank exchanged.
    package func replacing(layer: Int, rank: Int) -> RankPlan {
        var copy = self
        copy.ranks[layer] = rank
        return copy
    }

    /// This plan with kept components rescaled.
    package func refitted(damping: Double?) -> RankPlan {
        RankPlan(ranks: ranks, refitDamping: damping)
    }
}
