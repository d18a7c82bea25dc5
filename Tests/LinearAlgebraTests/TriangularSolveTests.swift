import LinearAlgebra
import Testing

@Suite("Triangular systems")
struct TriangularSolveTests {
    @Test("Solutions satisfy the system", arguments: [(1, 1), (3, 5), (20, 1), (20, 40), (4, 0), (0, 3)])
    func solutionsSatisfyTheSystem(order: Int, count: Int) throws {
        let r = order == 0 ? Matrix.zeros(rows: 0, columns: 0) : try random(order + 3, order).pivotedQR().r
        let b = count * order == 0 ? Matrix.zeros(rows: order, columns: count) : random(order, count)
        let x = try r.solveUpperTriangular(b)
        #expect((x.rows, x.columns) == (order, count))
        #expect(try r.multiplied(by: x).distance(to: b) <= 1e-12 * (1 + b.frobeniusNorm))
    }

    @Test("What stands below the diagonal does not count")
    func whatStandsBelowTheDiagonalDoesNotCount() throws {
        let r = try Matrix(rows: 2, columns: 2, elements: [2, 1, 9, 4])
        #expect(try r.solveUpperTriangular(Matrix(rows: 2, columns: 1, elements: [4, 8])).elements == [1, 2])
    }

    @Test("Refuses what has no solution")
    func refusesWhatHasNoSolution() throws {
        let singular = Matrix(diagonal: [1, 0])
        let right = Matrix.zeros(rows: 2, columns: 1)
        #expect(throws: LinearAlgebraError.notConverged(matrix: "R", routine: "dtrtrs", info: 2)) {
            try singular.solveUpperTriangular(right, name: "R")
        }
        #expect(throws: LinearAlgebraError.self) { try Matrix.identity(3).solveUpperTriangular(right) }
        #expect(throws: LinearAlgebraError.self) { try Matrix.zeros(rows: 2, columns: 3).solveUpperTriangular(right) }
        #expect(throws: LinearAlgebraError.self) { try Matrix(diagonal: [1, .nan]).solveUpperTriangular(right) }
    }
}
