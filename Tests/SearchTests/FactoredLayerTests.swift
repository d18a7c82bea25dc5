import LinearAlgebra
import LowRank
import Search
import Testing

@Suite("A layer as it stands in a search")
struct FactoredLayerTests {
    private func matrix(_ rows: Int, _ columns: Int, _ numbers: inout CongruentialNumbers) throws -> Matrix {
        try Matrix(rows: rows, columns: columns, elements: numbers.next(rows * columns))
    }

    /// Two groups of 4 x 6 matrices with four components.
    private func grouped(storage: FactorStorage = .double) throws -> FactoredLayer {
        var numbers = CongruentialNumbers(state: 9)
        let pairs = try (0..<2).map { _ in FactorPair(first: try matrix(4, 6, &numbers), second: try matrix(4, 4, &numbers)) }
        return try FactoredLayer(
            LayerShape(name: "layer", groups: 2, rows: 4, columns: 6), pairs: pairs, energies: [4, 3, 2, 1], storage: storage)
    }

    @Test("Components are kept in the order given, each times its scale")
    func keeping() throws {
        let layer = try grouped()
        let (components, scales) = ([2, 0, 3], [0.5, -2, 3.0])
        let kept = try layer.keeping(components, scales: scales)
        #expect(kept.rank == 3)
        // Energies are squares.
        #expect(kept.energies == [0.5, 16, 9])
        #expect(try layer.keeping(components).energies == [2, 4, 1])
        for (before, after) in zip(layer.pairs, kept.pairs) {
            var sum = Matrix.zeros(rows: 4, columns: 6)
            for (component, scale) in zip(components, scales) {
                let column = before.second.columns([component])
                sum = try sum.adding(column.multiplied(by: before.first.rows(component..<component + 1)), times: scale)
            }
            // A scale is split between the factors by its root.
            #expect(try after.second.multiplied(by: after.first).adding(sum, times: -1).frobeniusNorm < 1e-14)
            let plain = try layer.keeping(components).pairs
            #expect(plain.map(\.rank) == [3, 3])
        }
        let plain = try layer.keeping(components)
        #expect(Array(plain.pairs[1].first.row(0)) == Array(layer.pairs[1].first.row(2)))
        #expect(plain.pairs[1].second.column(1) == layer.pairs[1].second.column(0))
    }

    @Test("Factors wait in the precision that was asked for")
    func storage() throws {
        let (double, single) = (try grouped(), try grouped(storage: .single))
        for (exact, rounded) in zip(double.pairs, single.pairs) {
            #expect(rounded.first.elements == exact.first.elements.map { Double(Float($0)) })
            #expect(rounded.second.elements == exact.second.elements.map { Double(Float($0)) })
            #expect(rounded.first != exact.first)
        }
        let kept = try single.keeping([1, 2], scales: [0.3, 0.7])
        #expect(kept.storage == .single)
        #expect(kept.pairs[0].first.elements.allSatisfy { Double(Float($0)) == $0 })
        // The original is what it was given.
        var numbers = CongruentialNumbers(state: 9)
        #expect(double.pairs[0].first == (try matrix(4, 6, &numbers)))
    }

    @Test("Its cost, form and parameters follow from its rank, unless that is forced")
    func counts() throws {
        var layer = try grouped()
        // Without costs of its own: two factors of each group.
        #expect(layer.isDense && !layer.isChanged)
        #expect(layer.cost == 48 && layer.parameters == 48)
        layer = try layer.keeping(0..<2)
        #expect(!layer.isDense && layer.isChanged)
        #expect(layer.cost == 40 && layer.parameters == 40 && layer.form == .factors)
        layer.costs = LayerCosts(layer.shape, storable: [.pivoted], currency: .parameters)
        #expect(layer.cost == 32 && layer.parameters == 32 && layer.form == .pivoted)
        layer.isForced = true
        #expect(layer.parameters == 40 && layer.form == .factors)
        var dense = try grouped()
        dense.isForced = true
        #expect(dense.isDense && dense.isChanged && dense.parameters == 80)
    }

    @Test("In another basis the map is the same; the energies are those of the basis")
    func expressed() throws {
        let shape = LayerShape(name: "layer", rows: 3, columns: 3)
        let pair = FactorPair(whole: Matrix(diagonal: [1, 3, 2]))
        let layer = try FactoredLayer(shape, pairs: [pair], storage: .double)
        #expect(layer.energies == [])
        let plain = try layer.expressed(in: .plain, LayerStatistics(inputs: [], gradients: []))
        // Squared singular values, up to rounding.
        #expect(zip(plain.energies, [9, 4, 1]).allSatisfy { abs($0 - $1) < 1e-13 })
        #expect(try plain.product.adding(layer.product, times: -1).frobeniusNorm < 1e-14)
        // Channels of mean magnitudes in the proportion 9 : 1 : 1 count by the root of that, of the squared values.
        let weighted = try layer.expressed(in: .columnWeighted, LayerStatistics(inputs: [], gradients: [], inputMagnitudes: [99, 11, 11]))
        let mean = 121.0 / 3
        #expect(zip(weighted.energies, [9 * 11 / mean, 99 / mean, 4 * 11 / mean]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(try weighted.product.adding(layer.product, times: -1).frobeniusNorm < 1e-14)
    }

    @Test("By Tucker's scheme, what is kept sees as many channels as go with the rank: those that its metric says matter")
    func tucker() throws {
        // Of 8 outputs, two see channels: the first one channel 0, the second one channel 1, a tenth as strong. At rank 2, one is left.
        let shape = LayerShape(name: "layer", rows: 8, columns: 36, scheme: .tucker, channels: 4)
        var (first, second) = (Matrix.zeros(rows: 8, columns: 36), Matrix.zeros(rows: 8, columns: 8))
        (first[0, 0], first[1, 9]) = (1, 0.1)
        for component in 0..<8 { second[component, component] = 1 }
        func kept(_ metrics: [Matrix]) throws -> Matrix {
            let pair = FactorPair(first: first, second: second)
            return try FactoredLayer(shape, pairs: [pair], channelMetrics: metrics, storage: .double).keeping(0..<2).product
        }
        // Projections onto one axis are exact up to rounding.
        let plain = try kept([])
        #expect(abs(plain[0, 0] - 1) < 1e-14 && plain[1, 9] == 0)
        let strong = try kept([Matrix(diagonal: [1, 10_000, 1, 1])])
        #expect(abs(strong[1, 9] - 0.1) < 1e-14 && strong[0, 0] == 0)
    }

    @Test("Gates are ordered by the curvature that removing a component costs, or as they are")
    func ordered() {
        var gates = ComponentSensitivities(componentCount: 3)
        gates.append(first: [1, 2, 3, -1, 2, 5], fisher: [0, 2, 1, 2, 0, 3], groups: 1)
        let ordered = OrderedGates([gates])
        // Mean squares: 2, 2 and 5; of equal ones the first stays first.
        #expect(ordered.order == [[2, 0, 1]])
        #expect(ordered.sensitivities[0].first == [3, 1, 2, 5, -1, 2])
        // Removed from the last: c of -2, then with it 0, then with these -4 in the mean; half the mean squares of 2 and 0, 2 and 2, 3 and
        // 5.
        #expect(ordered.curves[0].firstOrder == [-6, -2, -2, 0])
        #expect(ordered.curves[0].quadratic == [8.5, 2, 1, 0])
        #expect(OrderedGates([gates], by: .singularValue).order == [[0, 1, 2]])
    }
}
