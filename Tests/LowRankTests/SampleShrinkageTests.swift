import LinearAlgebra
import LowRank
import Testing

@Suite("Shrinkage by cross-validation")
struct SampleShrinkageTests {
    private func matrix(_ rows: Int, _ columns: Int, seed: UInt64) throws -> Matrix {
        var numbers = CongruentialNumbers(state: seed)
        return try Matrix(rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in numbers.next() })
    }

    /// Of so many samples whose components have the given deviations.
    private func moments(_ deviations: [Double], samples: Int, seed: UInt64) throws -> Matrix {
        let vectors = try matrix(deviations.count, samples, seed: seed).scalingRows(by: deviations)
        return try vectors.multiplied(by: vectors, transposingOther: true)
    }

    private func share(_ deviations: [Double], samples: Int) throws -> Double {
        try SampleShrinkage.share(
            moments(deviations, samples: samples, seed: 1), moments(deviations, samples: samples, seed: 2),
            towards: .identity(deviations.count), name: "w")
    }

    @Test("Moments of samples that tell no direction from another are shrunk all the way")
    func isotropic() throws {
        #expect(try share(Array(repeating: 1, count: 24), samples: 12) > 0.95)
        #expect(try share(Array(repeating: 1, count: 24), samples: 96) > 0.9)
    }

    @Test("The more samples there are, the less is shrunk")
    func samples() throws {
        let deviations = (0..<24).map { 1 / Double(1 + $0) }
        let shares = try [6, 24, 96, 1536].map { try share(deviations, samples: $0) }
        #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 > $1 })
        #expect(shares[0] > 0.1 && shares[3] < 0.01)
    }

    /// Of one direction, M = 1 whatever the share; of two with energies 2 - 2x and 2x in both halves, the least loss is where M is what it was.
    @Test("Halves that agree are not shrunk, and each half counts alike whatever its size")
    func equal() throws {
        let moments = Matrix(diagonal: [3, 2, 1])
        let share = try SampleShrinkage.share(moments, moments.scaled(by: 7), towards: .identity(3), name: "w")
        #expect(share < 0.002)
    }

    /// Energies of 3/2 and 1/2 in one half, 1/2 and 3/2 in the other: what is best for both is the identity.
    @Test("Halves that contradict each other are shrunk to the identity, in whatever coordinates")
    func opposite() throws {
        let scale = try Matrix(rows: 2, columns: 2, elements: [2, 1, 0, 3])
        func moved(_ moments: Matrix) throws -> Matrix { try scale.multiplied(by: moments).multiplied(by: scale.transposed) }
        let share = try SampleShrinkage.share(
            moved(Matrix(diagonal: [1.5, 0.5])), moved(Matrix(diagonal: [0.5, 1.5])), towards: moved(.identity(2)), name: "w")
        #expect(share > 0.95)
    }

    @Test("Directions that nothing uses have no say")
    func unused() throws {
        let deviations = (0..<24).map { 1 / Double(1 + $0) }
        let used = try share(deviations, samples: 24)
        let first = try moments(deviations + [0, 0], samples: 24, seed: 1)
        let second = try moments(deviations + [0, 0], samples: 24, seed: 2)
        let identity = Matrix(diagonal: Array(repeating: 1, count: 24) + [0, 0])
        #expect(try SampleShrinkage.share(first, second, towards: identity, name: "w") == used)
        #expect(try SampleShrinkage.share(first.scaled(by: 0), second, towards: identity, name: "w") == 0)
    }

    // MARK: The basis

    private func pair() throws -> FactorPair { try FactorPair(first: matrix(6, 8, seed: 1), second: matrix(7, 6, seed: 2)) }

    private func statistics(halves: [LayerStatistics] = []) throws -> LayerStatistics {
        LayerStatistics(
            inputs: [try moments((1...6).map { 1 / Double($0) }, samples: 9, seed: 3)],
            gradients: [try moments((1...6).map { Double($0) }, samples: 7, seed: 4)], inputMagnitudes: (1...8).map { Double($0) },
            outputGradientSquares: (1...7).map { Double($0) }, halves: halves)
    }

    /// Inputs that are all alike but for noise, and gradients that are not.
    private func halves() throws -> [LayerStatistics] {
        try [UInt64(5), 6].map { seed in
            let gradients = try matrix(7, 6, seed: seed + 2).scalingRows(by: (0..<7).map { 1 / Double(1 + $0) })
            let (hidden, others) = (
                try pair().first.multiplied(by: matrix(8, 4, seed: seed)),
                try pair().second.multiplied(by: gradients, transposingSelf: true)
            )
            return LayerStatistics(
                inputs: [try hidden.multiplied(by: hidden, transposingOther: true)],
                gradients: [try others.multiplied(by: others, transposingOther: true)])
        }
    }

    @Test("The basis that is whitened on both sides shrinks each moment by its own share, and by no less than without halves")
    func basis() throws {
        let (pair, halves) = (try pair(), try halves())
        let outputs = try pair.second.multiplied(by: pair.second, transposingSelf: true)
        let inputs = try pair.first.multiplied(by: pair.first, transposingOther: true)
        let ofInputs = try SampleShrinkage.share(halves[0].inputs[0], halves[1].inputs[0], towards: inputs, name: "w")
        let ofGradients = try SampleShrinkage.share(halves[0].gradients[0], halves[1].gradients[0], towards: outputs, name: "w")
        #expect(ofInputs != ofGradients && ofInputs > 0.1)
        for (halves, shares) in [(halves, (max(ofInputs, 0.1), max(ofGradients, 0.3))), ([], (0.1, 0.3))] {
            let own = try statistics(halves: halves)
            func shrunk(_ moments: Matrix, towards plain: Matrix, by share: Double) throws -> Matrix {
                try moments.scaled(by: 1 - share).adding(plain, times: share * moments.trace / plain.trace)
            }
            let expected = try MetricBasis.components(
                of: pair, outputs: shrunk(own.gradients[0], towards: outputs, by: shares.1),
                inputs: shrunk(own.inputs[0], towards: inputs, by: shares.0), name: "w")
            let (components, energies) = try Basis.bothWhitened.components(of: [pair], statistics: own, name: "w")
            for (energy, other) in zip(energies, expected.energies) { #expect(abs(energy - other) <= 1e-12 * energies[0]) }
            for rank in 1...6 {
                func kept(_ pair: FactorPair) throws -> Matrix {
                    try pair.second.columns(0..<rank).multiplied(by: pair.first.rows(0..<rank))
                }
                let best = try kept(expected.pair)
                #expect(try kept(components[0]).adding(best, times: -1).frobeniusNorm <= 1e-9 * best.frobeniusNorm)
            }
        }
    }

    @Test("No other basis asks for halves", arguments: Basis.allCases.filter { $0 != .bothWhitened })
    func others(basis: Basis) throws {
        let few = try basis.components(of: [pair()], statistics: statistics(halves: halves()), name: "w")
        let exact = try basis.components(of: [pair()], statistics: statistics(), name: "w")
        #expect(few.energies == exact.energies)
        #expect(few.pairs[0].first == exact.pairs[0].first && few.pairs[0].second == exact.pairs[0].second)
    }

    @Test("What is said of the other side, or of several uses, is said by halves as well")
    func kept() throws {
        let own = try statistics(halves: halves())
        #expect(own.transposed.halves.map { $0.inputs } == own.halves.map { $0.gradients })
        let sum = try own.adding(own)
        #expect(sum.halves.count == 2)
        #expect(try sum.halves[0].inputs[0].adding(own.halves[0].inputs[0], times: -2).frobeniusNorm < 1e-12)
    }
}
