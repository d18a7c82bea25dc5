import LinearAlgebra
import LowRank
import Testing

struct InputWhitenedBasisTests {
    private func matrix(_ rows: Int, _ columns: Int, seed: Int) throws -> Matrix {
        let elements = (0..<rows * columns).map { Double(($0 * 7919 + seed * 104_729) % 1009) / 504.5 - 1 }
        return try Matrix(rows: rows, columns: columns, elements: elements)
    }

    /// E[h hᵀ] for inputs x with the second moment A.
    private func moment(_ svd: SingularValueDecomposition, _ a: Matrix) throws -> Matrix {
        let first = try svd.vTransposed.scalingRows(by: svd.singularValues.map { $0.squareRoot() })
        return try first.multiplied(by: a).multiplied(by: first, transposingOther: true)
    }

    @Test(arguments: [(5, 9), (9, 5), (6, 6), (1, 4), (4, 1)])
    func allComponentsGiveTheMatrixBack(rows: Int, columns: Int) throws {
        let weight = try matrix(rows, columns, seed: 1)
        let svd = try weight.thinSVD()
        // Inputs that never leave a line: without shrinkage most components would be lost.
        let line = try matrix(columns, 1, seed: 2)
        let a = try line.multiplied(by: line, transposingOther: true)
        let factors = try InputWhitenedBasis.factors(svd, moment: moment(svd, a), name: "w")
        let product = try factors.second.multiplied(by: factors.first)
        #expect(try product.adding(weight, times: -1).frobeniusNorm <= 1e-12 * weight.frobeniusNorm)
    }

    /// The output error of every rank is that of the singular value decomposition of W A'^(1/2), A' being A with shrinkage.
    @Test func everyRankIsOptimalForTheInputs() throws {
        let weight = try matrix(6, 8, seed: 3)
        let spread = try matrix(8, 8, seed: 4)
        let svd = try weight.thinSVD()
        let a = try spread.multiplied(by: spread, transposingOther: true)
        let h = try moment(svd, a)
        let factors = try InputWhitenedBasis.factors(svd, moment: h, name: "w")

        let trace = (0..<6).reduce(0) { $0 + h[$1, $1] }
        let shrunk = try a.scaled(by: 0.9).adding(Matrix.identity(8), times: 0.1 * trace / svd.singularValues.reduce(0, +))
        let eigen = try shrunk.symmetricEigen()
        let root = try eigen.vectors.scalingColumns(by: eigen.values.map { $0.squareRoot() })
            .multiplied(by: eigen.vectors, transposingOther: true)
        let whitened = try weight.multiplied(by: root)
        let optimum = try whitened.thinSVD().singularValues
        for rank in 0...6 {
            let kept = try factors.second.columns(0..<rank).multiplied(by: factors.first.rows(0..<rank))
            let error = try weight.adding(kept, times: -1).multiplied(by: root).frobeniusNorm
            let least = optimum.dropFirst(rank).reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(abs(error - least) <= 1e-9 * whitened.frobeniusNorm)
        }
    }

    @Test func deadInputsLeaveTheSingularValueDecomposition() throws {
        let weight = try matrix(3, 4, seed: 5)
        let svd = try weight.thinSVD()
        let zero = try Matrix(rows: 3, columns: 3, elements: Array(repeating: 0, count: 9))
        let factors = try InputWhitenedBasis.factors(svd, moment: zero, name: "w")
        #expect(try factors.second.multiplied(by: factors.first).adding(weight, times: -1).frobeniusNorm <= 1e-14 * weight.frobeniusNorm)
    }
}
