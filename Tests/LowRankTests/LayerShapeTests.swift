import LowRank
import Testing

@Suite("Shapes of layers")
struct LayerShapeTests {
    @Test(
        "The largest saving rank is the last that saves",
        arguments: [(1, 64, 576), (1, 1, 9), (8, 16, 36), (1, 3, 3), (1, 2, 2), (4, 100, 7)])
    func theLargestSavingRankIsTheLastThatSaves(groups: Int, rows: Int, columns: Int) {
        let layer = LayerShape(name: "layer", groups: groups, rows: rows, columns: columns)
        let rank = layer.largestSavingRank()
        #expect(rank < layer.fullRank)
        #expect(rank * (rows + columns) < rows * columns)
        #expect((rank + 1) * (rows + columns) >= rows * columns)
        #expect(layer.parameters == groups * rows * columns)
    }
}
