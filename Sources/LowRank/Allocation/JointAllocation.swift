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
/// every unit of cost, ranks are found by coordinate descent. Where no price leads near to the cost that is wanted, since the loss of a large
/// layer rises less and less, ranks are lowered one after the other instead.
package struct JointAllocation: Sendable {
    package struct Trust: Sendable, Hashable {
        /// mu, the weight of the curvature.
        package var curvature: Double
        /// rho, the share of the cross terms between layers that counts.
        package var crossTerms: Double
        /// How much of the first-order term counts.
        package var firstOrder: Double
        /// Whether the first-order term is shrunk by its standard error.
        package var shrinksFirstOrder: Bool

        package init(curvature: Double = 1, crossTerms: Double = 1, firstOrder: Double = 1, shrinksFirstOrder: Bool = true) {
            self.curvature = curvature
            self.crossTerms = crossTerms
            self.firstOrder = firstOrder
            self.shrinksFirstOrder = shrinksFirstOrder
        }
    }

    private struct Layer: Sendable {
        /// The ranks to choose among, ascending; the last one is all components that there are.
        let ranks: [Int]
        /// Where the layer's candidates begin in `gram`.
        let start: Int
        /// By candidate: the shrunk first-order change.
        let firstOrder: [Double]
        /// By candidate; infinite for a rank that must not be chosen.
        let costs: [Double]
    }

    private let layers: [Layer]
    /// mean_i t_il t_im for every two candidates of all layers.
    private let gram: Matrix
    private let trust: Trust

    /// Candidates of each layer, and of all layers together: more would make the choice slower and hardly better.
    private static let mostCandidates = (ofLayer: 64, ofAll: 2048)

    /// - Parameters:
    ///   - sensitivities: of each layer, in the order in which it gives up components, the last one first.
    ///   - costs: by layer and rank, 0 to the number of components; infinite for ranks that must not be chosen.
    package init(_ sensitivities: [ComponentSensitivities], costs: [[Double]], trust: Trust = Trust()) throws(LinearAlgebraError) {
        self.init(try JointAllocation.Moments(sensitivities, costs: costs), costs: costs, trust: trust)
    }

    /// - Parameters:
    ///   - moments: of the layers' sensitivities, which serve any number of degrees of trust.
    ///   - costs: those that the moments were made for.
    package init(_ moments: Moments, costs: [[Double]], trust: Trust = Trust()) {
        self.trust = trust
        gram = moments.gram
        var layers: [Layer] = []
        var start = 0
        for ((ranks, curve), costs) in zip(zip(moments.ranks, moments.curves), costs) {
            layers.append(
                Layer(
                    ranks: ranks, start: start,
                    firstOrder: ranks.map { trust.shrinksFirstOrder ? curve.shrunkFirstOrder(rank: $0) : curve.firstOrder[$0] },
                    costs: ranks.map { costs[$0] }))
            start += ranks.count
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

    /// The ranks at a price per unit of cost, descending from all components.
    package func choice(price: Double) -> Choice {
        evaluated(descended(price: price, from: layers.map { $0.ranks.count - 1 }))
    }

    /// What a choice uses of a limit at least, or another one is looked for.
    private static let leastUse = 0.75

    /// The least harmful choice that is found whose cost is at most `limit`, which it uses as far as ranks allow; nil where there is none.
    package func choice(costAtMost limit: Double) -> Choice? {
        candidates(costAtMost: limit).map { evaluated(filled($0, upTo: limit)) }
    }

    /// Ranks raised one layer after the other, always of the one that gains most for what it costs, as far as the limit allows.
    private func filled(_ start: [Int], upTo limit: Double) -> [Int] {
        var chosen = start
        while true {
            let total = cost(of: chosen)
            var best: (layer: Int, candidate: Int)?
            var lowest = 0.0
            for (index, layer) in layers.enumerated() {
                let current = harm(index, chosen[index], chosen)
                for candidate in layer.ranks.indices where candidate > chosen[index] {
                    let more = layer.costs[candidate] - layer.costs[chosen[index]]
                    guard more > 0, total + more <= limit else { continue }
                    let rate = (harm(index, candidate, chosen) - current) / more
                    if rate < lowest { (best, lowest) = ((index, candidate), rate) }
                }
            }
            guard let best else { return chosen }
            chosen[best.layer] = best.candidate
        }
    }

    /// The candidates of lowest price whose cost is at most `limit`, or less harmful ones where that falls far below.
    private func candidates(costAtMost limit: Double) -> [Int]? {
        // Prices come close to each other, and so do their choices.
        var latest = layers.map { $0.ranks.count - 1 }
        var above = latest
        let found: (Choice, candidates: [Int])? = PriceSearch.cheapest(costAtMost: limit) { price in
            latest = descended(price: price, from: latest)
            let choice = evaluated(latest)
            if choice.cost > limit, choice.cost < cost(of: above) { above = latest }
            return ((choice, latest), choice.cost)
        }
        guard let found, found.0.cost < JointAllocation.leastUse * limit, let lowered = lowered(above, toCost: limit) else {
            return found?.candidates
        }
        return harm(of: lowered) < harm(of: found.candidates) ? lowered : found.candidates
    }

    /// Candidates with the ranks lowered of one layer after the other, always of the one that loses least for what is saved of the excess.
    private func lowered(_ start: [Int], toCost limit: Double) -> [Int]? {
        var chosen = start
        while true {
            let excess = cost(of: chosen) - limit
            guard excess > 0 else { return chosen }
            var best: (layer: Int, candidate: Int)?
            var lowest = Double.infinity
            for (index, layer) in layers.enumerated() {
                let current = harm(index, chosen[index], chosen)
                for candidate in 0..<chosen[index] where layer.costs[candidate] < layer.costs[chosen[index]] {
                    let saved = min(layer.costs[chosen[index]] - layer.costs[candidate], excess)
                    let rate = (harm(index, candidate, chosen) - current) / saved
                    if rate < lowest { (best, lowest) = ((index, candidate), rate) }
                }
            }
            guard let best else { return nil }
            chosen[best.layer] = best.candidate
        }
    }

    /// Candidates by coordinate descent.
    private func descended(price: Double, from start: [Int]) -> [Int] {
        var chosen = start
        // Each round can only lower the objective; a handful settles it but for ties.
        for _ in 0..<8 {
            var changed = false
            for index in layers.indices {
                let candidate = best(index, chosen, price: price)
                guard candidate != chosen[index] else { continue }
                chosen[index] = candidate
                changed = true
            }
            if !changed { break }
        }
        return chosen
    }

    /// The best candidate of a layer, given those of the others.
    private func best(_ index: Int, _ chosen: [Int], price: Double) -> Int {
        let layer = layers[index]
        var best = layer.ranks.count - 1
        var lowest = Double.infinity
        for candidate in layer.ranks.indices.reversed() {
            let value = harm(index, candidate, chosen) + price * layer.costs[candidate]
            if value < lowest { (best, lowest) = (candidate, value) }
        }
        return best
    }

    /// What a candidate of a layer adds to the predicted change, given those of the others.
    private func harm(_ index: Int, _ candidate: Int, _ chosen: [Int]) -> Double {
        let row = layers[index].start + candidate
        var cross = 0.0
        for other in layers.indices where other != index { cross += gram[row, layers[other].start + chosen[other]] }
        let curvature = gram[row, row] + trust.crossTerms * 2 * cross
        return trust.firstOrder * layers[index].firstOrder[candidate] + trust.curvature * curvature
    }

    /// The predicted change that candidates of all layers make.
    private func harm(of chosen: [Int]) -> Double {
        let rows = zip(layers, chosen).map { $0.start + $1 }
        let own = rows.reduce(0) { $0 + gram[$1, $1] }
        let all = rows.reduce(0) { sum, row in rows.reduce(sum) { $0 + gram[row, $1] } }
        let first = zip(layers, chosen).reduce(0) { $0 + $1.0.firstOrder[$1.1] }
        return trust.firstOrder * first + trust.curvature * (own + trust.crossTerms * (all - own))
    }

    private func cost(of chosen: [Int]) -> Double { zip(layers, chosen).reduce(0) { $0 + $1.0.costs[$1.1] } }

    private func evaluated(_ chosen: [Int]) -> Choice {
        let rows = zip(layers, chosen).map { $0.start + $1 }
        let divergence = rows.reduce(0) { sum, row in rows.reduce(sum) { $0 + gram[row, $1] / 2 } }
        let first = zip(layers, chosen).reduce(0) { $0 + $1.0.firstOrder[$1.1] }
        return Choice(
            ranks: zip(layers, chosen).map { $0.ranks[$1] }, cost: cost(of: chosen), divergence: divergence, predicted: first + divergence)
    }
}

extension JointAllocation {
    /// What the choice needs to know of the layers' sensitivities.
    package struct Moments: Sendable {
        /// By layer: the ranks to choose among, evenly spread over those that are allowed. The full number of components is always one of them.
        fileprivate let ranks: [[Int]]
        fileprivate let curves: [RankCurve]
        fileprivate let gram: Matrix

        /// - Parameters:
        ///   - sensitivities: of each layer, in the order in which it gives up components, the last one first.
        ///   - costs: by layer and rank; infinite for ranks that must not be chosen.
        package init(_ sensitivities: [ComponentSensitivities], costs: [[Double]]) throws(LinearAlgebraError) {
            let samples = sensitivities.first?.sampleCount ?? 0
            let most = max(8, min(mostCandidates.ofLayer, mostCandidates.ofAll / max(sensitivities.count, 1)))
            ranks = zip(sensitivities, costs).map { layer, costs in
                let possible = costs.indices.filter { costs[$0].isFinite || $0 == layer.componentCount }
                let steps = min(possible.count - 1, most)
                return (0...steps).map { possible[$0 * (possible.count - 1) / max(steps, 1)] }
            }
            curves = sensitivities.map { RankCurve($0) }
            let width = ranks.reduce(0) { $0 + $1.count }
            // Samples x candidates of all layers: what each rank removes.
            var removed = [Double](repeating: 0, count: samples * width)
            var start = 0
            for (layer, ranks) in zip(sensitivities, ranks) {
                let components = layer.componentCount
                for sample in 0..<samples {
                    var sum = 0.0
                    var component = components
                    for (candidate, rank) in ranks.enumerated().reversed() {
                        while component > rank {
                            component -= 1
                            sum += Double(layer.fisher[sample * components + component])
                        }
                        removed[sample * width + start + candidate] = sum
                    }
                }
                start += ranks.count
            }
            let matrix = try Matrix(rows: samples, columns: width, elements: removed)
            var gram = try matrix.multiplied(by: matrix, transposingSelf: true).scaled(by: 1 / Double(max(samples, 1)))
            // A layer's own curvature is mixed with its prior, which knows of no other layers: what two share in is scaled down alike, so that
            // the whole stays a curvature.
            var own: [(share: Double, curvature: Double)] = []
            for ((layer, curve), ranks) in zip(zip(sensitivities, curves), ranks) {
                own += ranks.map { (layer.prior.isEmpty ? 0 : layer.priorShare, 2 * curve.quadratic[$0]) }
            }
            for row in 0..<width {
                for column in 0..<width {
                    gram[row, column] *= ((1 - own[row].share) * (1 - own[column].share)).squareRoot()
                }
                if own[row].share > 0 { gram[row, row] = own[row].curvature }
            }
            self.gram = gram
        }
    }
}
