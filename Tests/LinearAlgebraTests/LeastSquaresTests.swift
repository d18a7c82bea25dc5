import Foundation
import LinearAlgebra
import Testing

@Suite("Least squares")
struct LeastSquaresTests {
    @Test("The residual is orthogonal to the columns", arguments: awkwardMatrices)
    func theResidualIsOrthogonalToTheColumns(_ test: NamedMatrix) throws {
        let a = test.matrix
        guard let largest = a.elements.map(\.magnitude).max(), largest == 0 || (1e-120...1e120).contains(largest) else { return }
        let b = random(a.rows, 3, seed: 9)
        let solution = try a.leastSquares(b)
        #expect(solution.x.rows == a.columns && solution.x.columns == 3)
        let residual = try a.multiplied(by: solution.x).adding(b, times: -1)
        let gradient = try a.multiplied(by: residual, transposingSelf: true)
        let scale = a.frobeniusNorm * (a.frobeniusNorm * solution.x.frobeniusNorm + b.frobeniusNorm)
        #expect(gradient.frobeniusNorm <= 4 * roundOff(a) * scale)
        #expect(try a.leastSquares(b) == solution)
    }

    /// Points and values are small integers, so the right side is exact.
    @Test("Polynomials through integer points")
    func polynomialsThroughIntegerPoints() throws {
        let coefficients: [Double] = [1, -2, 3, 0, 5]
        let vandermonde = NamedMatrix("Vandermonde", 11, 5) { pow(Double($0 - 5), Double($1)) }.matrix
        let expected = try Matrix(rows: 5, columns: 1, elements: coefficients)
        let solution = try vandermonde.leastSquares(vandermonde.multiplied(by: expected))
        #expect(solution.rank == 5)
        // The condition number is below 3000.
        #expect(try solution.x.distance(to: expected) <= 3000 * 11 * Double.ulpOfOne * expected.frobeniusNorm)
    }

    @Test("The mean is the best constant")
    func theMeanIsTheBestConstant() throws {
        let ones = NamedMatrix("ones", 4, 1) { _, _ in 1 }.matrix
        let solution = try ones.leastSquares(Matrix(rows: 4, columns: 2, elements: [1, 10, 2, 20, 3, 30, 6, 60]))
        #expect(abs(solution.x[0, 0] - 3) <= 1e-14)
        #expect(abs(solution.x[0, 1] - 30) <= 1e-13)
    }

    @Test("Of many solutions, the shortest")
    func ofManySolutionsTheShortest() throws {
        let wide = try Matrix(rows: 1, columns: 2, elements: [3, 4]).leastSquares(Matrix(rows: 1, columns: 1, elements: [25]))
        #expect(abs(wide.x[0, 0] - 3) <= 1e-14 && abs(wide.x[1, 0] - 4) <= 1e-14)
        let two = try Matrix(rows: 3, columns: 1, elements: [2, 2, 2])
        let deficient = try NamedMatrix("ones", 3, 2) { _, _ in 1 }.matrix.leastSquares(two)
        #expect(deficient.rank == 1)
        #expect(abs(deficient.x[0, 0] - 1) <= 1e-14 && abs(deficient.x[1, 0] - 1) <= 1e-14)
    }

    @Test("Singular values below the cutoff count as zero")
    func singularValuesBelowTheCutoffCountAsZero() throws {
        let matrix = Matrix(diagonal: [1, 1e-10])
        let right = try Matrix(rows: 2, columns: 1, elements: [1, 1])
        let full = try matrix.leastSquares(right)
        #expect(full.rank == 2)
        #expect(abs(full.x[1, 0] - 1e10) <= 1e-3)
        let cut = try matrix.leastSquares(right, relativeCutoff: 1e-8)
        #expect(cut.rank == 1)
        #expect(cut.x.elements == [1, 0])
        #expect(cut.singularValues == [1, 1e-10])
    }

    @Test("Any scale", arguments: [1e-200, 1e-100, 1e100, 1e200])
    func anyScale(_ scale: Double) throws {
        let (a, x) = (random(12, 5), random(5, 2, seed: 4))
        let solution = try a.scaled(by: scale).leastSquares(a.multiplied(by: x).scaled(by: scale))
        #expect(try solution.x.distance(to: x) <= 1e-12)
    }

    @Test("Zero sizes and zeros")
    func zeroSizesAndZeros() throws {
        #expect(try random(0, 3).leastSquares(random(0, 2)).x.elements == [Double](repeating: 0, count: 6))
        #expect(try random(4, 0).leastSquares(random(4, 2)).x.rows == 0)
        let noRightSide = try random(4, 3).leastSquares(random(4, 0))
        #expect(noRightSide.x.rows == 3 && noRightSide.x.columns == 0 && noRightSide.rank == 3)
        let zero = try Matrix(diagonal: [0, 0]).leastSquares(random(2, 1))
        #expect(zero.rank == 0 && zero.x.elements == [0, 0])
    }

    @Test("Shapes that do not fit")
    func shapesThatDoNotFit() throws {
        #expect(throws: LinearAlgebraError.self) { try random(4, 3).leastSquares(random(3, 1)) }
    }
}
