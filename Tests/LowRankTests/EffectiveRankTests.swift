import LowRank
import Testing

@Suite("Effective ranks")
struct EffectiveRankTests {
    @Test("Equal components count in full")
    func equalComponentsCountInFull() {
        #expect(abs(EffectiveRank.of(energies: [2, 2, 2, 2]) - 4) < 1e-12)
        #expect(abs(EffectiveRank.of(energies: [0, 7, 0]) - 1) < 1e-12)
        #expect(EffectiveRank.of(energies: [0, 0]) == 0)
        #expect(EffectiveRank.of(energies: []) == 0)
    }

    @Test("Lesser components count less")
    func lesserComponentsCountLess() {
        let rank = EffectiveRank.of(energies: [8, 1, 1])
        #expect(rank > 1 && rank < 3)
        #expect(abs(rank - EffectiveRank.of(energies: [80, 10, 10])) < 1e-12)
    }
}
