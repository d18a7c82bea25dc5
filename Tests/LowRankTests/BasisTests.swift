import LinearAlgebra
import LowRank
import Testing

@Suite("Bases")
struct BasisTests {
    private func matrix(_ rows: Int, _ columns: Int, seed: Int) throws -> Matrix {
        let elements = (0..<rows * columns).map { Double(($0 * 7919 + seed * 104_729) % 1009) / 504.5 - 1 }
        return try Matrix(rows: rows, columns: columns, elements: elements)
    }

    private func moment(_ rows: Matrix) throws -> Matrix { try rows.multiplied(by: rows, transposingOther: true) }

    /// Statistics of a layer whose inputs have the second moment X Xᵀ and whose output gradients have Y Yᵀ.
    private func statistics(_ pair: FactorPair, inputs: Matrix, gradients: Matrix) throws -> LayerStatistics {
        LayerStatistics(
            inputs: [try moment(pair.first.multiplied(by: inputs))],
            gradients: [try moment(pair.second.multiplied(by: gradients, transposingSelf: true))],
            inputMagnitudes: (0..<pair.first.columns).map { Double($0 + 1) },
            outputGradientSquares: (0..<pair.second.rows).map { Double($0 * $0 + 1) })
    }

    private func factored(_ weight: Matrix) throws -> FactorPair {
        let svd = try weight.thinSVD()
        return try FactorPair(svd, rank: svd.singularValues.count)
    }

    @Test("All components give the matrix back", arguments: Basis.allCases, [(5, 9), (9, 5), (6, 6), (1, 4), (4, 1)])
    func allComponentsGiveTheMatrixBack(basis: Basis, shape: (rows: Int, columns: Int)) throws {
        let weight = try matrix(shape.rows, shape.columns, seed: 1)
        let pair = try factored(weight)
        // Inputs and gradients that never leave a line: without shrinkage most components would be lost.
        let own = try statistics(pair, inputs: matrix(shape.columns, 1, seed: 2), gradients: matrix(shape.rows, 1, seed: 3))
        let (components, _) = try basis.components(of: [pair], statistics: own, name: "w")
        let product = try components[0].second.multiplied(by: components[0].first)
        #expect(try product.adding(weight, times: -1).frobeniusNorm <= 1e-9 * weight.frobeniusNorm)
    }

    @Test("Plain basis is the singular value decomposition")
    func plainBasisIsTheSingularValueDecomposition() throws {
        let weight = try matrix(6, 8, seed: 4)
        let pair = try factored(weight)
        let own = try statistics(pair, inputs: matrix(8, 8, seed: 5), gradients: matrix(6, 6, seed: 6))
        let (components, energies) = try Basis.plain.components(of: [pair], statistics: own, name: "w")
        let values = try weight.thinSVD().singularValues
        for (energy, value) in zip(energies, values) { #expect(abs(energy - value * value) <= 1e-10 * values[0] * values[0]) }
        for rank in 0...6 {
            let kept = try components[0].second.columns(0..<rank).multiplied(by: components[0].first.rows(0..<rank))
            let best = values.dropFirst(rank).reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(try abs(weight.adding(kept, times: -1).frobeniusNorm - best) <= 1e-9 * values[0])
        }
    }

    /// What a use says does not depend on a number that its inputs and its gradients share in.
    @Test("Sums of uses do not depend on their scales")
    func sumsOfUsesDoNotDependOnTheirScales() throws {
        let pair = try factored(matrix(5, 9, seed: 20))
        let own = try statistics(pair, inputs: matrix(9, 9, seed: 21), gradients: matrix(5, 5, seed: 22))
        let other = try statistics(pair, inputs: matrix(9, 9, seed: 23), gradients: matrix(5, 5, seed: 24))
        let sum = try own.adding(other)
        let moved = LayerStatistics(inputs: [other.inputs[0].scaled(by: 16)], gradients: [other.gradients[0].scaled(by: 1.0 / 16)])
        let same = try own.adding(moved)
        for (a, b) in [(sum.inputs[0], same.inputs[0]), (sum.gradients[0], same.gradients[0])] {
            #expect(try a.adding(b, times: -1).largestMagnitude <= 1e-12 * a.largestMagnitude)
        }
        // What the other adds has its traces in the proportion of these, and the product of traces that it had.
        let added = (sum.inputs[0].trace - own.inputs[0].trace, sum.gradients[0].trace - own.gradients[0].trace)
        #expect(abs(added.0 / added.1 / (own.inputs[0].trace / own.gradients[0].trace) - 1) <= 1e-9)
        #expect(abs(added.0 * added.1 / (other.inputs[0].trace * other.gradients[0].trace) - 1) <= 1e-9)
        #expect(sum.inputMagnitudes == own.inputMagnitudes && sum.outputGradientSquares == own.outputGradientSquares)
        let nothing = LayerStatistics(inputs: [.zeros(rows: 5, columns: 5)], gradients: [.zeros(rows: 5, columns: 5)])
        #expect(try own.adding(nothing).inputs == own.inputs)
        #expect(try nothing.adding(own).gradients == own.gradients)
    }

    /// Whatever the metrics, no map of rank k has a smaller error under them than the first k components.
    @Test("Every rank is optimal under the metrics")
    func everyRankIsOptimalUnderTheMetrics() throws {
        let weight = try matrix(6, 8, seed: 7)
        let pair = try factored(weight)
        let (a, b) = (try moment(matrix(8, 8, seed: 8)), try moment(matrix(6, 6, seed: 9)))
        let outputs = try pair.second.multiplied(by: b.multiplied(by: pair.second), transposingSelf: true)
        let inputs = try pair.first.multiplied(by: a.multiplied(by: pair.first, transposingOther: true))
        let (components, energies) = try MetricBasis.components(of: pair, outputs: outputs, inputs: inputs, name: "w")

        func root(_ metric: Matrix) throws -> Matrix {
            let eigen = try metric.symmetricEigen()
            // The root of a zero that rounding has made 1e-16 would be 1e-8.
            let rounding = 1e-14 * (eigen.values.max() ?? 0)
            return try eigen.vectors.scalingColumns(by: eigen.values.map { $0 > rounding ? $0.squareRoot() : 0 })
                .multiplied(by: eigen.vectors, transposingOther: true)
        }
        let whitened = { (matrix: Matrix) in try root(b).multiplied(by: matrix).multiplied(by: root(a)) }
        let optimum = try whitened(weight).thinSVD().singularValues
        for (energy, best) in zip(energies, optimum) { #expect(abs(energy - best * best) <= 1e-12 * optimum[0] * optimum[0]) }
        for rank in 0...6 {
            let kept = try components.second.columns(0..<rank).multiplied(by: components.first.rows(0..<rank))
            let error = try whitened(weight.adding(kept, times: -1)).frobeniusNorm
            let least = optimum.dropFirst(rank).reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(abs(error - least) <= 1e-9 * optimum[0])
        }
    }

    @Test("Weighted bases are optimal for their weights")
    func weightedBasesAreOptimalForTheirWeights() throws {
        let weight = try matrix(5, 6, seed: 10)
        let pair = try factored(weight)
        let own = try statistics(pair, inputs: matrix(6, 6, seed: 11), gradients: matrix(5, 5, seed: 12))
        let rows = own.outputGradientSquares.map { $0.squareRoot() }
        let columns = own.inputMagnitudes.map { $0.squareRoot() }
        for (basis, weighted) in [
            (Basis.rowWeighted, { (matrix: Matrix) in try matrix.scalingRows(by: rows) }),
            (.columnWeighted, { try $0.scalingColumns(by: columns) }),
        ] {
            let (components, _) = try basis.components(of: [pair], statistics: own, name: "w")
            let kept = try components[0].second.columns(0..<2).multiplied(by: components[0].first.rows(0..<2))
            let optimum = try weighted(weight).thinSVD().singularValues
            let error = try weighted(weight.adding(kept, times: -1)).frobeniusNorm
            #expect(abs(error - optimum.dropFirst(2).reduce(0) { $0 + $1 * $1 }.squareRoot()) <= 1e-9 * optimum[0])
        }
    }

    @Test("Layers that nothing reaches keep their singular values")
    func layersThatNothingReachesKeepTheirSingularValues() throws {
        let weight = try matrix(3, 4, seed: 13)
        let pair = try factored(weight)
        let zero = Matrix.zeros(rows: 3, columns: 3)
        let own = LayerStatistics(inputs: [zero], gradients: [zero])
        for basis in Basis.allCases {
            let (components, _) = try basis.components(of: [pair], statistics: own, name: "w")
            let product = try components[0].second.multiplied(by: components[0].first)
            #expect(try product.adding(weight, times: -1).frobeniusNorm <= 1e-12 * weight.frobeniusNorm)
        }
    }

    /// A weight with dead outputs has fewer components than its shape allows; none of them may become infinite.
    @Test("Deficient weights stay finite")
    func deficientWeightsStayFinite() throws {
        let weight = try matrix(5, 2, seed: 14).multiplied(by: matrix(2, 6, seed: 15))
        let pair = try factored(weight)
        let own = try statistics(pair, inputs: matrix(6, 6, seed: 16), gradients: matrix(5, 5, seed: 17))
        for basis in Basis.allCases {
            let (components, _) = try basis.components(of: [pair], statistics: own, name: "w")
            let product = try components[0].second.multiplied(by: components[0].first)
            #expect(components[0].first.isFinite && components[0].second.isFinite)
            #expect(try product.adding(weight, times: -1).frobeniusNorm <= 1e-6 * weight.frobeniusNorm)
        }
    }
}

extension Matrix {
    fileprivate var isFinite: Bool { elements.allSatisfy(\.isFinite) }
}
