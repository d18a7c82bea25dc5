package import LinearAlgebra

/// Chooses the ranks of all layers together, by the loss that is predicted for what all of them remove at once.
///
/// With c_ij and f_ij the derivatives of sample i's loss with respect to component j (see ``ComponentSensitivities``), and with t_il the sum of
/// f_ij over the components that layer l gives up, the predicted change of the loss is
///
///     sum_l m_l + mu (rho mean_i (sum_l t_il)² + (1 - rho) sum_l mean_i t_il²)
///
/// where m_l is the first-order change -mean_i sum_j c_ij, shrunk by its standard error. mu = 1/2 and rho = 1 are the Gauss-Newton form;
/// a larger mu distrusts the quadratic model, a smaller rho the cross terms, whose cancellations few samples cannot vouch for. At a price for
/// every unit of cost, ranks are found by coordinate descent.
package struct JointAllocation: Sendable {
    package struct Trust: Sendable, Hashable {
        /// mu, the weight of the curvature.
        package var curvature: Double
        /// rho, the share of the cross terms between layers that counts.
        package var crossTerms: Double
        /// How much of the shrunk first-order term counts.
        package var firstOrder: Double

        package init(curvature: Double = 1, crossTerms: Double = 1, firstOrder: Double = 1) {
            self.curvature = curvature
            self.crossTerms = crossTerms
            self.firstOrder = firstOrder
        }
    }

    private struct Layer: Sendable {
        /// samples x (components + 1): column r is what rank r removes, the last one 0.
        let removed: Matrix
        /// By rank: mean over the samples of removed².
        let squares: [Double]
        /// By rank: the shrunk first-order change.
        let firstOrder: [Double]
        /// By rank; infinite where a rank is not to be had.
        let costs: [Double]
    }

    private let layers: [Layer]
    private let samples: Int
    private let trust: Trust

    /// - Parameters:
    ///   - sensitivities: of each layer, in the order in which it gives up components, the last one first.
    ///   - costs: by layer and rank, 0 to the number of components; infinite for ranks that must not be chosen.
    package init(_ sensitivities: [ComponentSensitivities], costs: [[Double]], trust: Trust = Trust()) throws(LinearAlgebraError) {
        samples = sensitivities.first?.sampleCount ?? 0
        self.trust = trust
        var layers: [Layer] = []
        for (layer, costs) in zip(sensitivities, costs) {
            let curve = RankCurve(layer)
            layers.append(
                Layer(
                    removed: try layer.removedFisher, squares: curve.quadratic.map { 2 * $0 },
                    firstOrder: (0...curve.fullRank).map { curve.shrunkFirstOrder(rank: $0) }, costs: costs))
        }
        self.layers = layers
    }

    /// What an allocation costs and is predicted to do.
    package struct Choice: Sendable {
        package let ranks: [Int]
        package let cost: Double
        /// 1/2 mean_i (sum_l t_il)², the predicted divergence from the original's predictions.
        package let divergence: Double
        /// The predicted change of the mean loss at mu = 1/2, rho = 1.
        package let predicted: Double
    }

    /// The ranks at a price per unit of cost, descending from `start`.
    package func choice(price: Double, from start: [Int]) throws(LinearAlgebraError) -> Choice {
        var ranks = start
        var removed = try total(ranks)
        // Each round can only lower the objective; a handful settles it but for ties.
        for _ in 0..<8 {
            var changed = false
            for index in layers.indices {
                let rank = try best(layers[index], others: removed.subtracting(layers[index].removed, column: ranks[index]), price: price)
                guard rank != ranks[index] else { continue }
                removed = removed.subtracting(layers[index].removed, column: ranks[index])
                removed = removed.adding(layers[index].removed, column: rank)
                ranks[index] = rank
                changed = true
            }
            if !changed { break }
        }
        return evaluated(ranks, removed)
    }

    /// The choice of lowest price whose cost is at most `limit`; nil where there is none.
    package func choice(costAtMost limit: Double, from start: [Int]) throws(LinearAlgebraError) -> Choice? {
        // Prices come close to each other, and so do their choices.
        var latest = start
        return try PriceSearch.cheapest(costAtMost: limit) { price throws(LinearAlgebraError) in
            let choice = try choice(price: price, from: latest)
            latest = choice.ranks
            return (choice, choice.cost)
        }
    }

    private func best(_ layer: Layer, others: [Double], price: Double) throws(LinearAlgebraError) -> Int {
        let cross = try layer.removed.transposedMultiplied(by: others)
        let count = Double(max(samples, 1))
        var best = layer.costs.count - 1
        var lowest = Double.infinity
        for rank in layer.costs.indices.reversed() {
            let curvature = layer.squares[rank] + trust.crossTerms * 2 * cross[rank] / count
            let value = trust.firstOrder * layer.firstOrder[rank] + trust.curvature * curvature + price * layer.costs[rank]
            if value < lowest { (best, lowest) = (rank, value) }
        }
        return best
    }

    private func total(_ ranks: [Int]) throws(LinearAlgebraError) -> [Double] {
        zip(layers, ranks).reduce([Double](repeating: 0, count: samples)) { $0.adding($1.0.removed, column: $1.1) }
    }

    private func evaluated(_ ranks: [Int], _ removed: [Double]) -> Choice {
        let divergence = removed.reduce(0) { $0 + $1 * $1 } / Double(2 * max(samples, 1))
        let first = zip(layers, ranks).reduce(0) { $0 + $1.0.firstOrder[$1.1] }
        let cost = zip(layers, ranks).reduce(0) { $0 + $1.0.costs[$1.1] }
        return Choice(ranks: ranks, cost: cost, divergence: divergence, predicted: first + divergence)
    }
}

extension [Double] {
    fileprivate func adding(_ matrix: Matrix, column: Int) -> [Double] {
        indices.map { self[$0] + matrix[$0, column] }
    }

    fileprivate func subtracting(_ matrix: Matrix, column: Int) -> [Double] {
        indices.map { self[$0] - matrix[$0, column] }
    }
}

extension ComponentSensitivities {
    /// samples x (components + 1): in column r the sum of f_ij over the components from r on.
    var removedFisher: Matrix {
        get throws(LinearAlgebraError) {
            let width = componentCount + 1
            var elements = [Double](repeating: 0, count: sampleCount * width)
            for sample in 0..<sampleCount {
                var sum = 0.0
                for component in (0..<componentCount).reversed() {
                    sum += Double(fisher[sample * componentCount + component])
                    elements[sample * width + component] = sum
                }
            }
            return try Matrix(rows: sampleCount, columns: width, elements: elements)
        }
    }
}
