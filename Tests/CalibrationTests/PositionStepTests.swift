import Testing

@testable import Calibration

@Suite("Positions that second moments are taken from")
struct PositionStepTests {
    @Test("All of them up to 512", arguments: [[], [1], [512], [16, 32], [8, 8, 8]])
    func few(lengths: [Int]) {
        #expect(StatisticsProbe.positionStep(lengths) == 1)
    }

    @Test(
        "About 512 of more, and every column of a row in turn",
        arguments: [[513], [32, 32], [56, 56], [112, 112], [224, 224], [7, 4096], [33, 35]])
    func many(lengths: [Int]) {
        let step = StatisticsProbe.positionStep(lengths)
        let positions = lengths.reduce(1, *)
        #expect(step >= 1)
        #expect((150...512 + 350).contains(positions / step))
        let width = lengths[lengths.count - 1]
        let columns = Set(stride(from: 0, to: positions, by: step).map { $0 % width })
        #expect(columns.count == min(width, (positions + step - 1) / step))
    }
}
