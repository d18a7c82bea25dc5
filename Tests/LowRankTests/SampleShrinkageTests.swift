import LinearAlgebra
import LowRank
import Testing

@Suite("Shrinkage by the number of samples")
struct SampleShrinkageTests {
    /// R / (R + N / 2).
    @Test("The share", arguments: [(8, 16, 0.5), (8, 0, 1), (6, 4, 0.75), (1, 6, 0.25), (6, 48, 0.2), (64, 896, 0.125)])
    func share(dimension: Int, samples: Int, share: Double) {
        #expect(SampleShrinkage.share(dimension: dimension, samples: samples) == share)
    }

    @Test("Exact moments are not shrunk", arguments: [1, 8, 4096])
    func exact(dimension: Int) {
        #expect(SampleShrinkage.share(dimension: dimension, samples: nil) == 0)
    }

    private func matrix(_ rows: Int, _ columns: Int, seed: UInt64) throws -> Matrix {
        var numbers = CongruentialNumbers(state: seed)
        return try Matrix(rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in numbers.next() })
    }

    private func pair() throws -> FactorPair { try FactorPair(first: matrix(6, 8, seed: 1), second: matrix(7, 6, seed: 2)) }

    private func statistics(samples: Int?) throws -> LayerStatistics {
        func moment(_ vectors: Matrix) throws -> Matrix { try vectors.multiplied(by: vectors, transposingOther: true) }
        return LayerStatistics(
            inputs: [try moment(matrix(6, 9, seed: 3))], gradients: [try moment(matrix(6, 7, seed: 4))],
            inputMagnitudes: (1...8).map { Double($0) }, outputGradientSquares: (1...7).map { Double($0) }, sampleCount: samples)
    }

    /// Six components: 4 samples shrink by 6 / (6 + 2), 48 by 6 / (6 + 24), which is less than the gradients' least share, and many by less than
    /// both.
    @Test(
        "The basis that is whitened on both sides shrinks both moments by the share, and by no less than without",
        arguments: [(4, 0.75, 0.75), (48, 0.2, 0.3), (100_000, 0.1, 0.3), (nil, 0.1, 0.3)])
    func basis(samples: Int?, ofInputs: Double, ofGradients: Double) throws {
        let (pair, own) = (try pair(), try statistics(samples: samples))
        let outputs = try pair.second.multiplied(by: pair.second, transposingSelf: true)
        let inputs = try pair.first.multiplied(by: pair.first, transposingOther: true)
        func shrunk(_ moments: Matrix, towards plain: Matrix, by share: Double) throws -> Matrix {
            try moments.scaled(by: 1 - share).adding(plain, times: share * moments.trace / plain.trace)
        }
        let expected = try MetricBasis.components(
            of: pair, outputs: shrunk(own.gradients[0], towards: outputs, by: ofGradients),
            inputs: shrunk(own.inputs[0], towards: inputs, by: ofInputs), name: "w")
        let (components, energies) = try Basis.bothWhitened.components(of: [pair], statistics: own, name: "w")
        for (energy, other) in zip(energies, expected.energies) { #expect(abs(energy - other) <= 1e-12 * energies[0]) }
        for rank in 1...6 {
            func kept(_ pair: FactorPair) throws -> Matrix { try pair.second.columns(0..<rank).multiplied(by: pair.first.rows(0..<rank)) }
            let best = try kept(expected.pair)
            #expect(try kept(components[0]).adding(best, times: -1).frobeniusNorm <= 1e-9 * best.frobeniusNorm)
        }
    }

    @Test("No other basis asks for the number of samples", arguments: Basis.allCases.filter { $0 != .bothWhitened })
    func others(basis: Basis) throws {
        let few = try basis.components(of: [pair()], statistics: statistics(samples: 1), name: "w")
        let exact = try basis.components(of: [pair()], statistics: statistics(samples: nil), name: "w")
        #expect(few.energies == exact.energies)
        #expect(few.pairs[0].first == exact.pairs[0].first && few.pairs[0].second == exact.pairs[0].second)
    }

    @Test("What is said of the other side, or of several uses, is said of as many samples")
    func kept() throws {
        let own = try statistics(samples: 5)
        #expect(own.transposed.sampleCount == 5)
        #expect(try own.adding(own).sampleCount == 5)
        #expect(try statistics(samples: nil).transposed.sampleCount == nil)
    }
}
