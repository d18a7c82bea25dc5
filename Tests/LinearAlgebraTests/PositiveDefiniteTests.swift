import LinearAlgebra
import Testing

@Suite("Positive definite systems")
struct PositiveDefiniteTests {
    @Test("The residual is small", arguments: [1, 2, 7, 40])
    func theResidualIsSmall(order: Int) throws {
        let elements = (0..<order * order).map { Double(($0 * 7919) % 101) / 101 - 0.5 }
        let root = try Matrix(rows: order, columns: order, elements: elements)
        let system = try root.multiplied(by: root, transposingOther: true).adding(Matrix.identity(order))
        let right = (0..<order).map { Double($0) - 3 }
        let solution = try system.solvePositiveDefinite(right)
        let product = try system.multiplied(by: solution)
        for (actual, expected) in zip(product, right) { #expect(abs(actual - expected) < 1e-12 * Double(order) * 10) }
    }

    @Test("An indefinite matrix is refused")
    func anIndefiniteMatrixIsRefused() throws {
        let matrix = Matrix(diagonal: [1, -1])
        #expect(throws: LinearAlgebraError.notConverged(matrix: "m", routine: "dposv", info: 2)) {
            try matrix.solvePositiveDefinite([1, 1], name: "m")
        }
    }

    @Test("Shapes must fit")
    func shapesMustFit() throws {
        #expect(throws: LinearAlgebraError.self) { try Matrix.identity(2).solvePositiveDefinite([1]) }
        #expect(try Matrix.identity(0).solvePositiveDefinite([]).isEmpty)
    }
}
