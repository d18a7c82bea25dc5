import LinearAlgebra
import Testing

@Suite("QR with pivoting")
struct PivotedQRTests {
    @Test("Reconstruction, orthogonality and order", arguments: awkwardMatrices)
    func reconstructionOrthogonalityAndOrder(_ test: NamedMatrix) throws {
        let a = test.matrix
        let qr = try a.pivotedQR()
        let k = min(a.rows, a.columns)
        #expect(qr.q.rows == a.rows && qr.q.columns == k && qr.r.rows == k && qr.r.columns == a.columns)
        #expect(qr.pivots.sorted() == Array(0..<a.columns))
        #expect(
            try qr.q.multiplied(by: qr.r).distance(to: a.columns(qr.pivots))
                <= roundOff(a) * a.frobeniusNorm + 8 * Double(a.elements.count) * Double.leastNonzeroMagnitude)
        #expect(try qr.q.orthogonalityError() <= roundOff(a) * Double(max(k, 1)).squareRoot())
        for row in 0..<k {
            for column in 0..<row { #expect(qr.r[row, column] == 0) }
        }
        // Later columns are shorter up to the rounding errors of the norms that LAPACK keeps up to date.
        for index in 1..<max(k, 1) {
            #expect(qr.r[index, index].magnitude <= qr.r[index - 1, index - 1].magnitude * (1 + 1e-12) + roundOff(a) * a.frobeniusNorm)
        }
        #expect(try a.pivotedQR() == qr)
    }

    @Test("The longest column comes first")
    func theLongestColumnComesFirst() throws {
        let qr = try Matrix(rows: 2, columns: 3, elements: [1, 0, 5, 0, 3, 0]).pivotedQR()
        #expect(qr.pivots == [2, 1, 0])
        #expect(qr.r[0, 0].magnitude == 5)
        #expect(qr.r[1, 1].magnitude == 3)
    }

    @Test("Rank shows on the diagonal")
    func rankShowsOnTheDiagonal() throws {
        let matrix = try random(20, 4).multiplied(by: random(4, 12))
        let diagonal = try matrix.pivotedQR().r
        #expect(diagonal[3, 3].magnitude > 1e-3)
        #expect(diagonal[4, 4].magnitude < 1e-13)
    }
}
