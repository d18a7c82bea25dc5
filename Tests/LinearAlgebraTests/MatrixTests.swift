import LinearAlgebra
import Testing

@Suite("Matrices")
struct MatrixTests {
    @Test("Element counts are checked")
    func elementCountsAreChecked() throws {
        #expect(throws: LinearAlgebraError.elementCount(rows: 2, columns: 3, actual: 5)) {
            try Matrix(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5])
        }
        #expect(throws: LinearAlgebraError.self) { try Matrix(rows: -1, columns: -2, elements: [1, 2]) }
        #expect(throws: LinearAlgebraError.self) { try Matrix(rows: .max, columns: 4, elements: []) }
        #expect(try Matrix(rows: 0, columns: 4, elements: []).elements.isEmpty)
    }

    @Test("Parts")
    func parts() throws {
        let matrix = try Matrix(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6])
        #expect(matrix[1, 0] == 4)
        #expect(Array(matrix.row(1)) == [4, 5, 6])
        #expect(matrix.column(2) == [3, 6])
        #expect(matrix.rows(1..<2) == (try Matrix(rows: 1, columns: 3, elements: [4, 5, 6])))
        #expect(matrix.columns(1..<3) == (try Matrix(rows: 2, columns: 2, elements: [2, 3, 5, 6])))
        #expect(matrix.columns([2, 0]) == (try Matrix(rows: 2, columns: 2, elements: [3, 1, 6, 4])))
        #expect(matrix.rows(0..<0) == (try Matrix(rows: 0, columns: 3, elements: [])))
        #expect(matrix.columns(1..<1) == (try Matrix(rows: 2, columns: 0, elements: [])))
    }

    @Test("Transposing", arguments: [(0, 0), (0, 3), (1, 1), (1, 50), (31, 33), (32, 64), (65, 40)])
    func transposing(_ rows: Int, _ columns: Int) {
        let matrix = random(rows, columns)
        let transposed = matrix.transposed
        #expect(transposed.transposed == matrix)
        #expect((0..<rows).allSatisfy { Array(matrix.row($0)) == transposed.column($0) })
    }

    @Test(
        "Products agree with the definition",
        arguments: [(0, 0, 0), (2, 0, 3), (0, 2, 3), (3, 2, 0), (1, 1, 1), (1, 9, 1), (17, 5, 33), (64, 100, 3)])
    func productsAgreeWithTheDefinition(_ m: Int, _ inner: Int, _ n: Int) throws {
        let (a, b) = (random(m, inner), random(inner, n, seed: 2))
        let expected = NamedMatrix("product", m, n) { row, column in
            (0..<inner).reduce(0) { $0 + a[row, $1] * b[$1, column] }
        }.matrix
        let tolerance = Double(inner) * Double.ulpOfOne * a.frobeniusNorm * b.frobeniusNorm
        #expect(try a.multiplied(by: b).distance(to: expected) <= tolerance)
        #expect(try a.transposed.multiplied(by: b, transposingSelf: true).distance(to: expected) <= tolerance)
        #expect(try a.multiplied(by: b.transposed, transposingOther: true).distance(to: expected) <= tolerance)
        #expect(
            try a.transposed.multiplied(by: b.transposed, transposingSelf: true, transposingOther: true).distance(to: expected) <= tolerance
        )
    }

    @Test("Shapes that do not fit")
    func shapesThatDoNotFit() throws {
        let (a, b) = (random(2, 3), random(2, 4))
        #expect(throws: LinearAlgebraError.shapeMismatch(operation: "a matrix product", left: a.shape, right: b.shape)) {
            try a.multiplied(by: b)
        }
        #expect(try a.multiplied(by: b, transposingSelf: true).shape == random(3, 4).shape)
        #expect(throws: LinearAlgebraError.self) { try a.adding(b) }
        #expect(throws: LinearAlgebraError.self) { try a.multipliedElementwise(by: b) }
        #expect(throws: LinearAlgebraError.self) { try a.scalingRows(by: [1, 2, 3]) }
        #expect(throws: LinearAlgebraError.self) { try a.scalingColumns(by: [1, 2]) }
    }

    @Test("Products too large to count")
    func productsTooLargeToCount() throws {
        let endless = try Matrix(rows: 1 << 40, columns: 0, elements: [])
        #expect(throws: LinearAlgebraError.self) { try endless.multiplied(by: endless, transposingOther: true) }
        #expect(throws: LinearAlgebraError.self) { try endless.multiplied(by: Matrix(rows: 0, columns: 1, elements: [])) }
    }

    @Test("Scalings are products with diagonals")
    func scalingsAreProductsWithDiagonals() throws {
        let matrix = random(3, 4)
        #expect(try matrix.scalingRows(by: [1, 2, 4]) == Matrix(diagonal: [1, 2, 4]).multiplied(by: matrix))
        #expect(try matrix.scalingColumns(by: [1, 2, 4, 8]) == matrix.multiplied(by: Matrix(diagonal: [1, 2, 4, 8])))
        #expect(try matrix.adding(matrix, times: 3) == matrix.scaled(by: 4))
        #expect(try matrix.multipliedElementwise(by: matrix).elements == matrix.elements.map { $0 * $0 })
    }

    @Test("Norms neither overflow nor underflow")
    func normsNeitherOverflowNorUnderflow() throws {
        for scale in [Double.leastNonzeroMagnitude, 1e-307, 1e-200, 1, 1e200, 1e307] {
            #expect(try Matrix(rows: 1, columns: 2, elements: [3 * scale, -4 * scale]).frobeniusNorm == 5 * scale)
        }
        #expect(random(0, 3).frobeniusNorm == 0)
        #expect(Matrix(diagonal: [0, 0]).frobeniusNorm == 0)
        #expect(Matrix(diagonal: [1, .infinity]).frobeniusNorm == .infinity)
        #expect(Matrix(diagonal: [1, .nan, .infinity]).frobeniusNorm.isNaN)
    }
}
