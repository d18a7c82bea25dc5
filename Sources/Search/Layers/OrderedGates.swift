package import LowRank

/// Gates with each layer's components in the order in which they are given up: by the curvature that removing them costs.
package struct OrderedGates {
    /// By layer: the components, those kept longest first.
    package let order: [[Int]]
    package let sensitivities: [ComponentSensitivities]
    package let curves: [RankCurve]

    package init(_ sensitivities: [ComponentSensitivities], by order: ComponentOrder = .fisher) {
        let orders = sensitivities.map { order.indices($0) }
        self.order = orders
        self.sensitivities = zip(sensitivities, orders).map { $0.reordered($1) }
        curves = self.sensitivities.map { RankCurve($0) }
    }

    /// The components that each layer keeps at some ranks, those kept longest first.
    func kept(_ ranks: [Int]) -> [[Int]] { zip(order, ranks).map { Array($0.prefix($1)) } }
}
