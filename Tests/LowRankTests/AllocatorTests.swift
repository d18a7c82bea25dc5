import LinearAlgebra
import LowRank
import Testing

@Suite("Allocators")
struct AllocatorTests {
    /// Two layers of three components, each component one unit of cost.
    private let costs: [RankCosts] = [[.infinity, 1, 2, 3], [.infinity, 1, 2, 3]]

    @Test("Energy goes where there is most")
    func energyGoesWhereThereIsMost() throws {
        let allocator = PricedAllocator(energies: [[100, 50, 20], [9, 3, 1]], costs: costs)
        #expect(try allocator.ranks(costAtMost: 6) == [3, 3])
        #expect(try allocator.ranks(costAtMost: 5) == [3, 2])
        #expect(try allocator.ranks(costAtMost: 4) == [3, 1])
        #expect(try allocator.ranks(costAtMost: 1.5) == nil)
    }

    @Test("Normalised energy ignores the size of a layer's outputs")
    func normalisedEnergyIgnoresTheSizeOfALayersOutputs() throws {
        let energies: [[Double]] = [[100, 50, 20], [9, 3, 1]]
        let scaled = [energies[0], energies[1].map { 1e4 * $0 }]
        for limit in [2.0, 3, 4, 5, 6] {
            let first = try PricedAllocator(normalisedEnergies: energies, costs: costs).ranks(costAtMost: limit)
            #expect(try PricedAllocator(normalisedEnergies: scaled, costs: costs).ranks(costAtMost: limit) == first)
        }
    }

    @Test("Uniform keeps the same share everywhere")
    func uniformKeepsTheSameShareEverywhere() throws {
        let allocator = UniformAllocator(costs: [
            (0...10).map { $0 == 0 ? .infinity : Double($0) }, (0...4).map { $0 == 0 ? .infinity : Double(10 * $0) },
        ])
        #expect(try allocator.ranks(costAtMost: 50) == [10, 4])
        #expect(try allocator.ranks(costAtMost: 26) == [6, 2])
        #expect(try allocator.ranks(costAtMost: 25) == [5, 2])
        #expect(try allocator.ranks(costAtMost: 11) == [1, 1])
        #expect(try allocator.ranks(costAtMost: 10) == nil)
    }

    /// Removing the last component of the layers changes the loss by +3 and -2; after -2, +1 balances.
    @Test("Zero sum balances signs")
    func zeroSumBalancesSigns() throws {
        let curves = [curve(changes: [0, 1, 3]), curve(changes: [0, 1.5, -2])]
        let allocator = ZeroSumAllocator(curves: curves, costs: costs)
        #expect(try allocator.ranks(costAtMost: 5) == [3, 2])
        #expect(try allocator.ranks(costAtMost: 4) == [3, 1])
        #expect(try allocator.ranks(costAtMost: 1) == nil)
    }

    /// A curve of one sample whose first-order changes, component by component, are given.
    private func curve(changes: [Float]) -> RankCurve {
        var sensitivities = ComponentSensitivities(componentCount: changes.count)
        sensitivities.append(first: changes.map { -$0 }, fisher: changes.map { _ in 0 }, groups: 1)
        return RankCurve(sensitivities)
    }

    // MARK: Joint

    private func numbers(_ count: Int, seed: Int) -> [Float] {
        (0..<count).map { Float(2 * (Double(($0 * 7919 + seed * 104_729) % 1009) / 1009) - 1) }
    }

    private func layer(samples: Int, components: Int, seed: Int) -> ComponentSensitivities {
        var result = ComponentSensitivities(componentCount: components)
        result.append(first: numbers(samples * components, seed: seed), fisher: numbers(samples * components, seed: seed + 50), groups: 1)
        return result
    }

    /// The divergence is the mean square of what all layers remove together, cross terms included.
    @Test("Divergence sums over layers before squaring")
    func divergenceSumsOverLayersBeforeSquaring() throws {
        let layers = [layer(samples: 7, components: 3, seed: 1), layer(samples: 7, components: 3, seed: 2)]
        let choice = try #require(try JointAllocation(layers, costs: costs).choice(costAtMost: 3))
        var expected = 0.0
        for sample in 0..<7 {
            var removed = 0.0
            for (layer, rank) in zip(layers, choice.ranks) {
                for component in rank..<3 { removed += Double(layer.fisher[sample * 3 + component]) }
            }
            expected += removed * removed / 14
        }
        #expect(abs(choice.divergence - expected) <= 1e-12)
        #expect(choice.cost == zip(costs, choice.ranks).reduce(0) { $0 + $1.0[$1.1] })
        #expect(choice.cost <= 3)
    }

    /// Beyond 64 components the choice is among evenly spaced ranks, the first and the last included; sums are over all components even so.
    @Test("Many components are chosen among by a grid")
    func manyComponentsAreChosenAmongByAGrid() throws {
        let wide = layer(samples: 5, components: 200, seed: 3)
        let costs = [(0...200).map { $0 == 0 ? .infinity : Double($0) }]
        let choice = try #require(try JointAllocation([wide], costs: costs).choice(costAtMost: 120))
        let grid = (0...64).map { 1 + $0 * 199 / 64 }
        #expect(grid.contains(choice.ranks[0]))
        let curve = RankCurve(wide)
        let expected = curve.quadratic[choice.ranks[0]]
        #expect(abs(choice.divergence - expected) <= 1e-12 * max(1, expected))
        // Where nothing costs anything, the rank of the grid that is predicted to do the least harm; here nothing does as little as no change.
        let harms = grid.map { curve.shrunkFirstOrder(rank: $0) + 2 * curve.quadratic[$0] }
        let free = try JointAllocation([wide], costs: costs).choice(price: 0)
        #expect(try grid[#require(harms.indices.min { harms[$0] < harms[$1] })] == free.ranks[0])
        #expect(free.ranks[0] == 200)
    }

    /// A grid that stepped over the few possible ranks would leave none.
    @Test("Few ranks of many components are found")
    func fewRanksOfManyComponentsAreFound() throws {
        var wide = ComponentSensitivities(componentCount: 200)
        wide.append(first: Array(repeating: 0, count: 200), fisher: Array(repeating: 1, count: 200), groups: 1)
        let costs = [(0...200).map { [16, 48, 200].contains($0) ? Double($0) : .infinity }]
        let allocation = try JointAllocation([wide], costs: costs)
        #expect(allocation.choice(costAtMost: 100)?.ranks == [48])
        #expect(allocation.choice(costAtMost: 20)?.ranks == [16])
        #expect(allocation.choice(costAtMost: 10) == nil)
    }

    /// The component that goes first costs most by far, so that no price stops between none and nearly all. The limit is used even so.
    @Test("Where no price leads near, ranks are lowered one by one")
    func whereNoPriceLeadsNearRanksAreLoweredOneByOne() throws {
        var steep = ComponentSensitivities(componentCount: 10)
        steep.append(first: Array(repeating: 0, count: 10), fisher: Array(repeating: 0.1, count: 9) + [10], groups: 1)
        let costs = [(0...10).map { $0 == 0 ? .infinity : Double($0) }]
        let allocation = try JointAllocation([steep], costs: costs)
        #expect(allocation.choice(costAtMost: 10)?.ranks == [10])
        #expect(allocation.choice(costAtMost: 8)?.ranks == [8])
        #expect(allocation.choice(costAtMost: 2)?.ranks == [2])
        #expect(allocation.choice(costAtMost: 0.5) == nil)
        // A second layer of the same kind goes only when the first one is no help any more.
        let both = try JointAllocation([steep, steep], costs: costs + costs, trust: .init(crossTerms: 0))
        #expect(both.choice(costAtMost: 15).map { Set($0.ranks) } == [5, 10])
    }

    /// Layers each sample of which sees one component alone: what components cost adds up.
    ///
    /// - Parameter harms: by layer and component, what the mean loss rises by; times two, as the choice weighs it.
    private func additive(_ harms: [[Float]]) -> [ComponentSensitivities] {
        let samples = harms.reduce(0) { $0 + $1.count }
        var start = 0
        return harms.map { harms in
            var layer = ComponentSensitivities(componentCount: harms.count)
            for sample in 0..<samples {
                let fisher = harms.indices.map { start + $0 == sample ? (harms[$0] * Float(samples)).squareRoot() : 0 }
                layer.append(first: harms.map { _ in 0 }, fisher: fisher, groups: 1)
            }
            start += harms.count
            return layer
        }
    }

    /// A component of cost 10 that does harm of 1, and one of cost 3 that does harm of 1/4: 0.1 and 0.083 per unit of cost, so that the price which
    /// takes the first one takes the second one as well. Of a limit of 19 that leaves 4, and the second one has room again.
    @Test("What a price leaves of the limit is filled")
    func whatAPriceLeavesOfTheLimitIsFilled() throws {
        let costs: [RankCosts] = [[.infinity, 10, 20], [.infinity, 5, 8]]
        let allocation = try JointAllocation(additive([[9, 1], [9, 0.25]]), costs: costs)
        #expect(allocation.choice(price: 0.09).ranks == [2, 1])
        #expect(allocation.choice(price: 0.11).ranks == [1, 1])
        let choice = try #require(allocation.choice(costAtMost: 19))
        #expect(choice.ranks == [1, 2])
        #expect(choice.cost == 18)
        // As good as any choice that is allowed: half of the harm.
        #expect(choice.divergence == 0.5 && choice.predicted == 0.5)
        // One less has room as well, and still less has not.
        #expect(allocation.choice(costAtMost: 18)?.ranks == [1, 2])
        #expect(allocation.choice(costAtMost: 17.9)?.ranks == [1, 1])
    }

    /// The component that goes first does most harm: no price stops between all and two less.
    @Test("A rank that no price leads to fills the limit")
    func aRankThatNoPriceLeadsToFillsTheLimit() throws {
        let costs: [RankCosts] = [[.infinity, 11, 12, 13, 14]]
        let allocation = try JointAllocation(additive([[9, 9, 1, 3]]), costs: costs)
        #expect([1.9, 2.1, 8].map { allocation.choice(price: $0).ranks } == [[4], [2], [2]])
        #expect(allocation.choice(costAtMost: 13)?.ranks == [3])
        #expect(allocation.choice(costAtMost: 12.9)?.ranks == [2])
    }

    /// A price that takes the large component, 4 for 30, has taken the small ones before: 1/4 for 3, and 1/16 for 1. Where both of these are too
    /// much, the one comes back that gains more for its cost, and where that is too much, the other.
    @Test("What gains most for its cost is filled in first")
    func whatGainsMostForItsCostIsFilledInFirst() throws {
        let costs: [RankCosts] = [[.infinity, 10, 40], [.infinity, 5, 8], [.infinity, 5, 6]]
        let allocation = try JointAllocation(additive([[9, 4], [9, 0.25], [9, 0.0625]]), costs: costs)
        // The last one at 0.0625, then the other small one at 0.083, then the large one at 0.133.
        #expect(allocation.choice(price: 0.2).ranks == [1, 1, 1])
        #expect(allocation.choice(costAtMost: 23)?.ranks == [1, 2, 1])
        #expect(allocation.choice(costAtMost: 24)?.ranks == [1, 2, 2])
        #expect(allocation.choice(costAtMost: 22)?.ranks == [1, 1, 2])
    }

    /// Two layers that do the opposite of each other: one of them alone is worse than neither, whatever the limit has room for.
    @Test("What would do harm is not filled in")
    func whatWouldDoHarmIsNotFilledIn() throws {
        var (first, second) = (ComponentSensitivities(componentCount: 2), ComponentSensitivities(componentCount: 2))
        first.append(first: [0, 0], fisher: [1, 1], groups: 1)
        second.append(first: [0, 0], fisher: [1, -1], groups: 1)
        let costs: [RankCosts] = [[.infinity, 4, 5], [.infinity, 4, 5]]
        let choice = try JointAllocation([first, second], costs: costs).choice(costAtMost: 9)
        #expect(choice?.ranks == [1, 1])
        #expect(choice?.cost == 8 && choice?.divergence == 0)
    }

    /// Without shrinkage the first-order term counts in full.
    @Test("Shrinkage can be left out")
    func shrinkageCanBeLeftOut() throws {
        let own = layer(samples: 9, components: 3, seed: 4)
        let trust = JointAllocation.Trust(curvature: 0, crossTerms: 0, firstOrder: 1, shrinksFirstOrder: false)
        let choice = try JointAllocation([own], costs: [costs[0]], trust: trust).choice(price: 0)
        let curve = RankCurve(own)
        #expect(curve.firstOrder[choice.ranks[0]] == (1...3).map { curve.firstOrder[$0] }.min())
    }

    /// Two layers that say the same, with opposite signs: removing a component of both costs nothing, of one of them a lot.
    @Test("Layers whose changes cancel go together")
    func layersWhoseChangesCancelGoTogether() throws {
        var first = ComponentSensitivities(componentCount: 3)
        var second = first
        let fisher: [Float] = [1, 2, 3, -2, 1, -1]
        first.append(first: Array(repeating: 0, count: 6), fisher: fisher, groups: 1)
        second.append(first: Array(repeating: 0, count: 6), fisher: fisher.map { -$0 }, groups: 1)
        let joint = try JointAllocation([first, second], costs: costs)
        let choice = try #require(joint.choice(costAtMost: 4))
        #expect(choice.ranks[0] == choice.ranks[1])
        #expect(choice.cost <= 4)
        #expect(choice.divergence <= 1e-12)
    }

    /// With one layer there are no cross terms: the choice is that of the layer's own curve.
    @Test("One layer follows its curve", arguments: [0.01, 0.1, 1, 10])
    func oneLayerFollowsItsCurve(price: Double) throws {
        let sensitivities = layer(samples: 9, components: 3, seed: 4)
        let trust = JointAllocation.Trust(curvature: 0.5, crossTerms: 0, firstOrder: 1)
        let choice = try JointAllocation([sensitivities], costs: [costs[0]], trust: trust).choice(price: price)
        let curve = RankCurve(sensitivities)
        let values = (1...3).map { curve.shrunkFirstOrder(rank: $0) + curve.quadratic[$0] + price * Double($0) }
        #expect(values[choice.ranks[0] - 1] == values.min())
    }
}
