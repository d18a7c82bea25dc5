import LinearAlgebra
import LowRank
import Testing

@Suite("Narrowed inputs")
struct NarrowedInputsTests {
    private static func matrix(_ rows: Int, _ columns: Int, _ random: inout CongruentialNumbers) throws -> Matrix {
        try Matrix(rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in random.next() })
    }

    private static func pair(rows: Int, columns: Int, rank: Int) throws -> FactorPair {
        var random = CongruentialNumbers(state: UInt64(rows * 10_000 + columns * 100 + rank))
        return try FactorPair(first: matrix(rank, columns, &random), second: matrix(rows, rank, &random))
    }

    @Test("Blocks change places and come back")
    func blocksChangePlacesAndComeBack() throws {
        let matrix = try Matrix(rows: 2, columns: 6, elements: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
        let exchanged = matrix.exchangingBlocks(of: 2)
        #expect(try exchanged == Matrix(rows: 3, columns: 4, elements: [1, 2, 7, 8, 3, 4, 9, 10, 5, 6, 11, 12]))
        #expect(exchanged.exchangingBlocks(of: 2) == matrix)
    }

    /// What is lost of the product is the tail of the singular values of the product by input channel (Eckart and Young).
    @Test(
        "Combinations lose least of the product",
        arguments: [(8, 6, 9, 5, 3), (4, 9, 4, 4, 2), (10, 5, 1, 3, 2), (6, 6, 9, 6, 6), (7, 4, 9, 1, 1)])
    func combinationsLoseLeastOfTheProduct(rows: Int, channels: Int, places: Int, rank: Int, count: Int) throws {
        let pair = try Self.pair(rows: rows, columns: channels * places, rank: rank)
        let narrowed = try NarrowedInputs(pair, channels: channels, count: count)
        #expect((narrowed.combinations.rows, narrowed.combinations.columns) == (count, channels))
        #expect((narrowed.kernels.rows, narrowed.kernels.columns) == (rank, count * places))
        let gram = try narrowed.combinations.multiplied(by: narrowed.combinations, transposingOther: true)
        #expect(try gram.adding(.identity(count), times: -1).largestMagnitude < 1e-12)

        let product = try pair.second.multiplied(by: pair.first)
        let error = try pair.second.multiplied(by: narrowed.first).adding(product, times: -1).frobeniusNorm
        let values = try product.exchangingBlocks(of: places).thinSVD().singularValues
        let tail = values.dropFirst(count).reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(abs(error - tail) <= 1e-9 * product.frobeniusNorm)
    }

    /// Under a metric R², what is lost is the tail of the singular values of the product seen through R.
    @Test("Combinations lose least in the metric", arguments: [(8, 6, 9, 5, 3), (4, 9, 4, 4, 2), (7, 4, 9, 1, 1)])
    func combinationsLoseLeastInTheMetric(rows: Int, channels: Int, places: Int, rank: Int, count: Int) throws {
        var random = CongruentialNumbers(state: 17)
        let root = try Self.matrix(channels, channels, &random)
        let symmetric = try root.adding(root.transposed).adding(.identity(channels), times: 4)
        let metric = try symmetric.multiplied(by: symmetric)
        let pair = try Self.pair(rows: rows, columns: channels * places, rank: rank)
        let narrowed = try NarrowedInputs(pair, channels: channels, count: count, metric: metric)
        func seen(_ product: Matrix) throws -> Matrix { try symmetric.multiplied(by: product.exchangingBlocks(of: places)) }
        let product = try seen(pair.second.multiplied(by: pair.first))
        let error = try seen(pair.second.multiplied(by: narrowed.first)).adding(product, times: -1).frobeniusNorm
        let tail = try product.thinSVD().singularValues.dropFirst(count).reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(abs(error - tail) <= 1e-9 * product.frobeniusNorm)
        let plain = try seen(pair.second.multiplied(by: NarrowedInputs(pair, channels: channels, count: count).first))
        #expect(try plain.adding(product, times: -1).frobeniusNorm > error)

        // What is narrowed in one metric stays as it is in any other.
        let again = try NarrowedInputs(FactorPair(first: narrowed.first, second: pair.second), channels: channels, count: count).first
        #expect(try again.adding(narrowed.first, times: -1).frobeniusNorm <= 1e-11 * again.frobeniusNorm)
    }

    @Test("Input ranks grow with the rank and keep all components")
    func inputRanksGrowWithTheRankAndKeepAllComponents() {
        for (channels, places, rows) in [(64, 9, 64), (64, 9, 4), (3, 9, 64), (1, 25, 8), (32, 3, 64), (16, 2, 100)] {
            let fullRank = min(rows, channels * places)
            let ranks = (0...fullRank).map {
                FactorizationScheme.inputRank(channels: channels, places: places, rank: $0, fullRank: fullRank)
            }
            #expect(ranks.first == 0 && ranks.last == min(channels, fullRank * places))
            #expect(zip(ranks, ranks.dropFirst()).allSatisfy { $0 <= $1 })
            #expect(ranks.enumerated().allSatisfy { $1 <= channels && $1 <= $0 * places && $1 * places >= $0 })
            #expect(FactorizationScheme.inputRank(channels: channels, places: places, rank: .max, fullRank: fullRank) == ranks.last)
        }
    }
}
