import LinearAlgebra
import LowRank
import Testing

@Suite("Pairs of factors")
struct FactorPairTests {
    private let matrix: Matrix
    private let decomposition: SingularValueDecomposition

    init() throws {
        let elements = (0..<35).map { Double($0 * 7919 % 1009) / 500 - 1 }
        matrix = try Matrix(rows: 5, columns: 7, elements: elements)
        decomposition = try matrix.thinSVD()
    }

    @Test("Truncates by singular values", arguments: 0...5)
    func truncatesBySingularValues(_ rank: Int) throws {
        let pair = try FactorPair(decomposition, rank: rank)
        #expect((pair.first.rows, pair.first.columns, pair.second.rows, pair.second.columns) == (rank, 7, 5, rank))
        // Eckart and Young: what is missing is as large as the singular values left out.
        let error = try pair.second.multiplied(by: pair.first).adding(matrix, times: -1).frobeniusNorm
        let left = decomposition.singularValues[rank...].reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(abs(error - left) < 1e-13)
    }

    @Test("Truncates wide and tall matrices", arguments: 0...5)
    func truncatesWideAndTallMatrices(_ rank: Int) throws {
        let left = decomposition.singularValues[rank...].reduce(0) { $0 + $1 * $1 }.squareRoot()
        for whole in [matrix, matrix.transposed] {
            let pair = try FactorPair(truncating: whole, rank: rank, name: "w")
            #expect((pair.rank, pair.rows, pair.columns, pair.isProduct) == (rank, whole.rows, whole.columns, true))
            let error = try pair.second.multiplied(by: pair.first).adding(whole, times: -1).frobeniusNorm
            #expect(abs(error - left) < 1e-13)
        }
    }

    @Test("Single precision rounds each factor once")
    func singlePrecisionRoundsEachFactorOnce() throws {
        let pair = try FactorPair(decomposition, rank: 4)
        let rounded = try pair.inSinglePrecision()
        #expect((rounded.rank, rounded.rows, rounded.columns, rounded.isProduct) == (4, 5, 7, true))
        for (kept, exact) in [(rounded.first, pair.first), (rounded.second, pair.second)] {
            #expect(kept.elements == exact.elements.map { Double(Float($0)) })
            #expect(kept != exact)
        }
        let large = FactorPair(first: try Matrix(rows: 1, columns: 1, elements: [1e300]), second: .identity(1))
        #expect(try large.inSinglePrecision().first == large.first)
    }

    @Test("On disk, they are the same")
    func onDiskTheyAreTheSame() throws {
        let (rows, columns) = (3, 20_000)
        let numbers = (0..<rows * columns).map { Double($0).squareRoot() }
        let pair = FactorPair(first: try Matrix(rows: rows, columns: columns, elements: numbers), second: .identity(rows))
        let (memory, disk) = (try pair.inSinglePrecision(), try pair.inSinglePrecision(onDisk: true))
        #expect(disk.first == memory.first && disk.second == memory.second)
    }

    @Test("Balances the factors")
    func balancesTheFactors() throws {
        let pair = try FactorPair(decomposition, rank: 3)
        for component in 0..<3 {
            let first = pair.first.row(component).reduce(0) { $0 + $1 * $1 }
            let second = pair.second.column(component).reduce(0) { $0 + $1 * $1 }
            #expect(abs(first - second) < 1e-13)
            #expect(abs(first - decomposition.singularValues[component]) < 1e-13)
        }
    }

    @Test("Padding adds components of zeros")
    func paddingAddsComponentsOfZeros() throws {
        let pair = try FactorPair(decomposition, rank: 3)
        let padded = try pair.padded(to: 8)
        #expect((padded.rank, padded.second.columns) == (8, 8))
        // Their product may differ in its last bit: kernels sum up longer rows in another order.
        for component in 0..<8 {
            let isOwn = component < 3
            let (row, column) = (padded.first.row(component), padded.second.column(component))
            #expect(isOwn ? row == pair.first.row(component) : row.allSatisfy { $0 == 0 })
            #expect(isOwn ? column == pair.second.column(component) : column.allSatisfy { $0 == 0 })
        }
        #expect(try padded.keeping([0, 1, 2]).first == pair.keeping([0, 1, 2]).first)
        #expect(try pair.padded(to: 2).rank == 3)
    }

    @Test("Ranks beyond the decomposition count as its own")
    func ranksBeyondTheDecompositionCountAsItsOwn() throws {
        #expect(try FactorPair(decomposition, rank: 9).rank == 5)
        #expect(try FactorPair(decomposition, rank: -1).rank == 0)
    }
}
