import LinearAlgebra
import LowRank
import Search
import Testing

@Suite("What a model costs")
struct ModelCostsTests {
    /// 64 parameters, at least 15 by pivoted rows of rank 1.
    private let square = LayerShape(name: "square", rows: 8, columns: 8)
    /// 200 parameters, at least 30 by two factors of rank 1.
    private let wide = LayerShape(name: "wide", rows: 10, columns: 20)

    private func layerCosts(_ currency: CostCurrency = .parameters) -> [LayerCosts] {
        let times = LayerTimes(dense: 2, factored: [.factors: [(4, 0.5)], .pivoted: [(4, 0.5)]])
        let own = currency == .parameters ? nil : times
        return [
            LayerCosts(square, storable: [.pivoted], currency: currency, times: own),
            LayerCosts(wide, storable: [.factors], currency: currency, times: own),
        ]
    }

    /// Beside the two layers' 264 parameters there are 36.
    private func costs(_ currency: CostCurrency = .parameters, merged: Int = 0) -> ModelCosts {
        ModelCosts(layerCosts(currency), currency: currency, totals: ModelTotals(parameters: 300, mergedParameters: merged))
    }

    private func layers() throws -> [FactoredLayer] {
        try zip([square, wide], layerCosts()).map { shape, costs in
            let weight = try Matrix(rows: shape.rows, columns: shape.columns, elements: Array(repeating: 1, count: shape.parameters))
            return try FactoredLayer(shape, pairs: [FactorPair(whole: weight)], costs: costs, storage: .double)
        }
    }

    @Test("Dense and smallest costs are those of all layers, and the smallest share is the whole model's")
    func bounds() {
        #expect(costs().dense == 264)
        #expect(costs().smallest == 45)
        #expect(costs().smallestShare == 81.0 / 300)
        #expect(costs(merged: 20).smallestShare == 61.0 / 300)
        #expect(costs(.milliseconds).dense == 4)
        #expect(costs(.milliseconds).smallest == 1)
        // The fastest of equally fast ranks is the first one.
        #expect(costs(.milliseconds).smallestShare == 81.0 / 300)
        #expect(ModelCosts([], currency: .parameters, totals: ModelTotals(parameters: 300)).smallestShare == 1)
    }

    @Test("The limit for a share leaves what no rank changes")
    func limit() throws {
        #expect(costs().limit(forShare: 0.5) == 150 - 36)
        // Parameters are whole: 99.9 become 99.
        #expect(costs().limit(forShare: 0.333) == 99 - 36)
        // Of 36 other parameters, 20 go without a rank.
        #expect(costs(merged: 20).limit(forShare: 0.5) == 150 - 16)
        #expect(costs(.milliseconds).limit(forShare: 0.5) == 2)
        // Of 1000 operations, 400 are those of the layers.
        let counted = LayerCosts(
            square, storable: [.factors], currency: .operations,
            operations: LayerOperations(dense: 400, factored: [.factors: (0...8).map { 100 * $0 }])
        )
        func limit(_ total: Int?) -> Double {
            ModelCosts([counted], currency: .operations, totals: ModelTotals(parameters: 300, operations: total)).limit(forShare: 0.75)
        }
        #expect(limit(1000) == 150 && limit(nil) == 300)
        // What costs that much keeps that share.
        let layers = try zip(layers(), [28, 2]).map { layer, cost in
            try layer.keeping(0..<(layer.costs.byRank.firstIndex { $0 == Double(cost) } ?? 2))
        }
        #expect(layers.cost == 88)
        #expect(costs(merged: 20).limit(forShare: 104.0 / 300) == 88)
        #expect(costs(merged: 20).keptShare(of: layers) == 104.0 / 300)
    }

    @Test("A ladder's steps are 0.85 of each other, and its last one is what was asked for")
    func ladder() {
        let steps = (1...30).map { number in (0..<number).reduce(264.0) { cost, _ in cost * 0.85 } }
        // To nothing in particular: as far as costs can fall, but for 2 %.
        #expect(costs().ladder(downTo: nil) == steps.filter { $0 > 45 * 1.02 })
        #expect(costs().ladder(downTo: 0.5) == steps.filter { $0 > 114 * 1.02 } + [114])
        #expect(costs(merged: 20).ladder(downTo: 0.5) == steps.filter { $0 > 134 * 1.02 } + [134])
        // A step that is nearly there is left out: 224.4 is 1.0156 of 220.95.
        #expect(costs().ladder(downTo: 257.0 / 300) == [221])
        #expect(costs().ladder(downTo: 255.0 / 300) == [steps[0], 219])
        // No further than costs can fall.
        #expect(costs().ladder(downTo: 0.1) == steps.filter { $0 > 45 * 1.02 } + [45])
    }

    @Test("A ladder in milliseconds goes as far as there is something to save, or as is asked for")
    func ladderInMilliseconds() {
        let steps = (1...8).map { number in (0..<number).reduce(4.0) { time, _ in time * 0.85 } }
        #expect(steps[7] > 1.02)
        #expect(costs(.milliseconds).ladder(downTo: nil) == steps)
        #expect(costs(.milliseconds).ladder(downTo: 0.5) == steps.filter { $0 > 2 * 1.02 } + [2])
    }

    @Test("Shares are of the whole model, in every unit")
    func shares() throws {
        // 400 of 1000 operations and 4 of 10 ms are the layers'.
        let operations = LayerOperations(dense: 400, factored: [.factors: (0...8).map { 50 * $0 }])
        let layer = LayerCosts(
            square, storable: [.factors], currency: .operations, times: LayerTimes(dense: 4, factored: [.factors: [(2, 1), (3, 1.5)]]),
            operations: operations)
        func costs(_ milliseconds: Double?) -> ModelCosts {
            ModelCosts(
                [layer], currency: .operations, totals: ModelTotals(parameters: 100, operations: 1000, milliseconds: milliseconds))
        }
        let weight = FactorPair(whole: try Matrix(rows: 8, columns: 8, elements: Array(repeating: 1, count: 64)))
        let kept = [try FactoredLayer(square, pairs: [weight], costs: layer, storage: .double).keeping(0..<2)]
        #expect(costs(10).share(of: kept, in: .parameters) == 0.68)
        #expect(costs(10).share(of: kept, in: .operations) == 0.7)
        #expect(costs(10).share(of: kept, in: .latency) == 0.7)
        #expect(costs(nil).share(of: kept, in: .latency) == nil)
        // Layers by themselves may take longer than all of the model.
        #expect(costs(2).share(of: kept, in: .latency) == 0.25)
        // The cheapest rank is 1.
        #expect(costs(10).smallestShare(in: .operations) == 0.65 && costs(10).smallestShare(in: .latency) == 0.7)
        #expect(costs(10).costShare(of: kept) == 0.7)
    }

    @Test("In parameters and time, the limit for a share is of the mean of both shares")
    func balanced() throws {
        let currency = CostCurrency.parametersAndTime(parameters: 300, milliseconds: 10)
        let times = LayerTimes(dense: 4, factored: [.factors: [(1, 1), (3, 3)]])
        let layer = LayerCosts(wide, storable: [.factors], currency: currency, times: times)
        let costs = ModelCosts([layer], currency: currency, totals: ModelTotals(parameters: 300, milliseconds: 10))
        #expect(abs(costs.dense - (200.0 / 300 + 0.4)) < 1e-12)
        let weight = FactorPair(whole: try Matrix(rows: 10, columns: 20, elements: Array(repeating: 1, count: 200)))
        let kept = [try FactoredLayer(wide, pairs: [weight], costs: layer, storage: .double).keeping(0..<2)]
        // 160 of 300 parameters, 8 of 10 ms.
        let share = (160.0 / 300 + 0.8) / 2
        #expect(abs(costs.limit(forShare: share) - kept.cost) < 1e-12)
        #expect(abs(costs.costShare(of: kept) - share) < 1e-12)
        #expect(abs(costs.limit(forShare: 1) - costs.dense) < 1e-12)
    }

    @Test("A ladder has 24 steps at most")
    func longLadder() {
        let layer = LayerCosts(LayerShape(name: "large", rows: 200, columns: 200), storable: [.pivoted], currency: .parameters)
        let costs = ModelCosts([layer], currency: .parameters, totals: ModelTotals(parameters: 40_000))
        #expect(costs.ladder(downTo: nil).count == 24)
        #expect(costs.ladder(downTo: 0.01).count == 25)
        #expect(costs.ladder(downTo: 0.01).last == 400)
    }

    @Test("The model's parameters are those of the layers as they are stored, and all others")
    func parameters() throws {
        var layers = try layers()
        #expect(costs().parameters(of: layers) == 300)
        #expect(costs(merged: 20).parameters(of: layers) == 280)
        layers[0] = try layers[0].keeping(0..<2)
        #expect(costs().parameters(of: layers) == 36 + 28 + 200)
        #expect(costs().keptShare(of: layers) == 264.0 / 300)
        // Forced, it is two factors; and so is the other one, though that takes more than all of it.
        layers[0].isForced = true
        layers[1].isForced = true
        #expect(costs().parameters(of: layers) == 36 + 32 + 300)
    }
}
