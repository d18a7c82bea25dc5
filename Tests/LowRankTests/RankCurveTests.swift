import LowRank
import Testing

@Suite("Rank curves")
struct RankCurveTests {
    @Test("Curve of hand-made sensitivities")
    func curveOfHandMadeSensitivities() {
        var sensitivities = ComponentSensitivities(componentCount: 2)
        sensitivities.append(first: [1, 2, 3, -4], fisher: [1, 1, -1, 2], groups: 1)
        let curve = RankCurve(sensitivities)
        // Keeping 1 removes component 1: mean of -2 and 4. Keeping 0 removes both: mean of -3 and 1.
        #expect(curve.firstOrder == [-1, 1, 0])
        // 1/2 mean of (2², 1²), of (1², 2²), and nothing.
        #expect(curve.quadratic == [1.25, 1.25, 0])
        #expect(abs(curve.standardError[1] - 3) < 1e-12)
        #expect(curve.standardError[2] == 0)
        #expect(curve.predicted(rank: 0) == 0.25)
        #expect(!curve.isInRange(rank: 0))
        #expect(curve.isInRange(rank: 2))
    }

    @Test("Components of groups that share a rank are added up")
    func componentsOfGroupsThatShareARankAreAddedUp() {
        var sensitivities = ComponentSensitivities(componentCount: 2)
        sensitivities.append(first: [1, 2, 10, 20], fisher: [0, 1, 5, 6], groups: 2)
        #expect(sensitivities.first == [11, 22])
        #expect(sensitivities.fisher == [5, 7])
        #expect(sensitivities.sampleCount == 1)
    }

    @Test("Shrinkage removes what noise explains")
    func shrinkageRemovesWhatNoiseExplains() {
        var sensitivities = ComponentSensitivities(componentCount: 1)
        sensitivities.append(first: [1, -1, 1, -1], fisher: [0, 0, 0, 0], groups: 1)
        #expect(RankCurve(sensitivities).shrunkFirstOrder(rank: 0) == 0)
        var certain = ComponentSensitivities(componentCount: 1)
        certain.append(first: [1, 1, 1, 1], fisher: [0, 0, 0, 0], groups: 1)
        #expect(RankCurve(certain).shrunkFirstOrder(rank: 0) == -1)
    }
}
