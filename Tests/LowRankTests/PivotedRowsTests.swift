import LinearAlgebra
import LowRank
import Testing

@Suite("Pivoted rows")
struct PivotedRowsTests {
    private static func matrix(_ rows: Int, _ columns: Int, _ random: inout CongruentialNumbers) throws -> Matrix {
        try Matrix(rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in random.next() })
    }

    private static func pair(rows: Int, columns: Int, rank: Int) throws -> FactorPair {
        var random = CongruentialNumbers(state: UInt64(rows * 10_000 + columns * 100 + rank))
        return try FactorPair(first: matrix(rank, columns, &random), second: matrix(rows, rank, &random))
    }

    /// The matrix that the rows stand for.
    private func matrix(_ pivoted: PivotedRows) throws -> Matrix {
        let others = try pivoted.coefficients.multiplied(by: pivoted.basis)
        var rows: [Int: [Double]] = [:]
        for (index, row) in pivoted.pivots.enumerated() { rows[row] = Array(pivoted.basis.row(index)) }
        for (index, row) in pivoted.others.enumerated() { rows[row] = Array(others.row(index)) }
        return try Matrix(rows: rows.count, columns: pivoted.basis.columns, elements: rows.sorted { $0.key < $1.key }.flatMap(\.value))
    }

    @Test(
        "Rows make the product",
        arguments: [
            (1, 1, 1), (6, 8, 1), (6, 8, 5), (6, 8, 6), (8, 6, 6), (40, 90, 20), (90, 40, 39), (90, 10, 10), (5, 40, 7), (9, 4, 6),
        ])
    func rowsMakeTheProduct(rows: Int, columns: Int, rank: Int) throws {
        let pair = try Self.pair(rows: rows, columns: columns, rank: rank)
        let product = try pair.second.multiplied(by: pair.first)
        let pivoted = try PivotedRows(pair)
        let kept = min(rank, rows, columns)
        #expect(pivoted.pivots.count == kept && pivoted.pivots == pivoted.pivots.sorted())
        #expect(pivoted.others == pivoted.others.sorted())
        #expect((pivoted.pivots + pivoted.others).sorted() == Array(0..<rows))
        #expect((pivoted.basis.rows, pivoted.basis.columns) == (kept, columns))
        #expect((pivoted.coefficients.rows, pivoted.coefficients.columns) == (rows - kept, kept))
        #expect(pivoted.coefficients.largestMagnitude < 50)
        let error = try matrix(pivoted).adding(product, times: -1).frobeniusNorm
        #expect(error <= 1e-12 * product.frobeniusNorm)
        let stored = pivoted.basis.elements.count + pivoted.coefficients.elements.count
        #expect(stored == StorageForm.pivoted.parameters(groups: 1, rows: rows, columns: columns, rank: rank))
    }

    /// Fewer independent rows than the rank says: the spare ones are kept, and nothing is built on rounding errors.
    @Test("Products of lower rank stay exact")
    func productsOfLowerRankStayExact() throws {
        let pair = try Self.pair(rows: 12, columns: 9, rank: 3)
        let zeros = Matrix.zeros(rows: 6, columns: 3)
        let padded = try FactorPair(
            first: Matrix(rows: 6, columns: 9, elements: pair.first.elements + pair.first.elements),
            second: Matrix(rows: 12, columns: 6, elements: (0..<12).flatMap { pair.second.row($0) + [0, 0, 0] }))
        let pivoted = try PivotedRows(padded)
        let product = try pair.second.multiplied(by: pair.first)
        #expect(pivoted.pivots.count == 6)
        #expect(pivoted.coefficients.largestMagnitude < 50)
        #expect(try matrix(pivoted).adding(product, times: -1).frobeniusNorm <= 1e-12 * product.frobeniusNorm)

        let zero = try PivotedRows(FactorPair(first: Matrix.zeros(rows: 3, columns: 4), second: zeros))
        #expect(zero.pivots.count == 3 && zero.basis.largestMagnitude == 0 && zero.coefficients.largestMagnitude == 0)
    }

    @Test("Refuses what is not finite")
    func refusesWhatIsNotFinite() throws {
        let pair = try Self.pair(rows: 4, columns: 5, rank: 2)
        #expect(throws: LinearAlgebraError.self) {
            try PivotedRows(FactorPair(first: pair.first.scaled(by: .nan), second: pair.second))
        }
        #expect(throws: LinearAlgebraError.self) {
            try PivotedRows(FactorPair(first: pair.first, second: pair.second.scaled(by: .infinity)))
        }
    }
}
