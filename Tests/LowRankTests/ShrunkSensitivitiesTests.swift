import LowRank
import Testing

/// Two components, two samples: the mean squares of `fisher` are 1 and 5/2. By energies of 3 and 1, the same sum would be 21/8 and 7/8. Two
/// components and two samples are shrunk by 2 / (2 + 2): 29/16 and 27/16.
@Suite("Curvature that is shrunk towards a basis's energies")
struct ShrunkSensitivitiesTests {
    private func sensitivities(_ fisher: [Float] = [1, 1, -1, 2]) -> ComponentSensitivities {
        var own = ComponentSensitivities(componentCount: 2)
        own.append(first: [1, 2, 3, -4], fisher: fisher, groups: 1)
        return own
    }

    private let energies = [3.0, 1]

    @Test("Samples stay as they are; what they are mixed with has their sum and the energies' proportions")
    func samples() {
        let (plain, shrunk) = (sensitivities(), sensitivities().shrunk(towards: energies))
        #expect(shrunk.first == plain.first && shrunk.fisher == plain.fisher)
        #expect(shrunk.prior == [2.625, 0.875])
        #expect(shrunk.priorShare == 0.5)
        #expect(plain.prior == [] && plain.priorShare == 0)
        // Only proportions count.
        #expect(sensitivities().shrunk(towards: [12, 4]).prior == shrunk.prior)
    }

    @Test("The share falls with the number of samples", arguments: [(1, 2.0 / 3), (2, 0.5), (6, 0.25), (14, 0.125)])
    func share(samples: Int, share: Double) {
        var own = ComponentSensitivities(componentCount: 2)
        for _ in 0..<samples { own.append(first: [0, 0], fisher: [1, 1], groups: 1) }
        #expect(own.shrunk(towards: energies).priorShare == share)
    }

    @Test("Curves mix the curvature of every rank, and leave the first order alone")
    func curve() {
        let (plain, shrunk) = (RankCurve(sensitivities()), RankCurve(sensitivities().shrunk(towards: energies)))
        // Rank 0: (5/2 + 7/2) / 2, whose prior adds up without cross terms. Rank 1: (5/2 + 7/8) / 2. A half of that, as ever.
        #expect(shrunk.quadratic == [1.5, 0.84375, 0])
        #expect(plain.quadratic == [1.25, 1.25, 0])
        #expect(shrunk.firstOrder == plain.firstOrder)
        #expect(shrunk.standardError == plain.standardError)
    }

    @Test("The order goes by the mixed curvature, and the prior goes with its components")
    func order() {
        let shrunk = sensitivities().shrunk(towards: energies)
        #expect(ComponentOrder.fisher.indices(sensitivities()) == [1, 0])
        #expect(ComponentOrder.fisher.indices(shrunk) == [0, 1])
        let turned = shrunk.reordered([1, 0])
        #expect(turned.prior == [0.875, 2.625] && turned.priorShare == 0.5)
        #expect(RankCurve(turned).quadratic == [1.5, 0.90625, 0])
        #expect(RankCurve(shrunk.reordered([1])).quadratic == [0.84375, 0])
    }

    @Test("Energies of another number of components, or of none, shrink nothing", arguments: [[], [1], [3, 2, 1], [0, 0]])
    func unknown(energies: [Double]) {
        let own = sensitivities().shrunk(towards: energies)
        #expect(own.prior == [])
        #expect(RankCurve(own).quadratic == [1.25, 1.25, 0])
    }

    @Test("The joint allocation goes by the mixed curvature of each layer")
    func allocation() throws {
        let costs: [RankCosts] = [[.infinity, 1, 2]]
        let shrunk = sensitivities().shrunk(towards: energies)
        #expect(try JointAllocation([shrunk], costs: costs).choice(costAtMost: 1)?.divergence == 0.84375)
        #expect(try JointAllocation([sensitivities()], costs: costs).choice(costAtMost: 1)?.divergence == 1.25)
        // Two layers that remove 1 and 2 each, as one of the two samples and the other see it: what they share in, 5/2, is halved, as both are.
        let both = try JointAllocation([shrunk, shrunk], costs: costs + costs).choice(costAtMost: 2)
        #expect(both?.ranks == [1, 1])
        #expect(both?.divergence == 0.84375 + 0.84375 + 1.25)
        let alone = try JointAllocation([shrunk, sensitivities()], costs: costs + costs).choice(costAtMost: 2)
        let divergence = try #require(alone).divergence
        #expect(abs(divergence - (0.84375 + 1.25 + 2.5 * 0.5.squareRoot())) < 1e-12)
    }
}
