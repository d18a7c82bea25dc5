import Foundation
import LinearAlgebra
import Testing

@Suite("Symmetric eigenvalue problems")
struct SymmetricEigenTests {
    static let symmetricMatrices: [NamedMatrix] = awkwardMatrices.flatMap { test -> [NamedMatrix] in
        // Beyond these scales the squares of the elements overflow or vanish.
        guard test.matrix.elements.allSatisfy({ $0 == 0 || (1e-120...1e120).contains($0.magnitude) }) else { return [] }
        do {
            let gram = try test.matrix.multiplied(by: test.matrix, transposingSelf: true)
            let square = test.matrix.rows == test.matrix.columns ? [try test.matrix.adding(test.matrix.transposed)] : []
            return ([gram] + square).map { NamedMatrix(test.name, $0) }
        } catch {
            Issue.record(error)
            return []
        }
    }

    @Test("Reconstruction and orthogonality", arguments: symmetricMatrices)
    func reconstructionAndOrthogonality(_ test: NamedMatrix) throws {
        let eigen = try test.matrix.symmetricEigen()
        #expect(eigen.values.count == test.matrix.rows)
        #expect(isDescending(eigen.values))
        let product = try eigen.vectors.scalingColumns(by: eigen.values).multiplied(by: eigen.vectors, transposingOther: true)
        #expect(try product.distance(to: test.matrix) <= roundOff(test.matrix) * test.matrix.frobeniusNorm)
        #expect(try eigen.vectors.orthogonalityError() <= roundOff(test.matrix) * Double(max(test.matrix.rows, 1)).squareRoot())
        #expect(try test.matrix.symmetricEigen() == eigen)
        for index in 0..<eigen.vectors.columns {
            let column = eigen.vectors.column(index)
            let largest = column.reduce(0) { max($0, $1.magnitude) }
            #expect(column.first { $0.magnitude == largest } == largest)
        }
    }

    @Test("Any scale", arguments: [1e-200, 1e-100, 1e100, 1e200])
    func anyScale(_ scale: Double) throws {
        let plain = try random(15, 15).adding(random(15, 15).transposed)
        let values = try plain.symmetricEigen().values
        for (scaled, value) in zip(try plain.scaled(by: scale).symmetricEigen().values, values) {
            #expect(abs(scaled / scale - value) <= roundOff(plain) * plain.frobeniusNorm)
        }
    }

    @Test("Known eigenvalues", arguments: [1, 2, 3, 10, 100])
    func knownEigenvalues(_ order: Int) throws {
        let secondDifference = NamedMatrix("second difference", order, order) { $0 == $1 ? 2 : abs($0 - $1) == 1 ? -1 : 0 }.matrix
        let values = try secondDifference.symmetricEigen().values
        for (index, value) in values.enumerated() {
            let expected = 2 - 2 * cos(Double(order - index) * .pi / Double(order + 1))
            #expect(abs(value - expected) <= roundOff(secondDifference) * 4)
        }
    }

    @Test("Only the lower triangle is read")
    func onlyTheLowerTriangleIsRead() throws {
        let matrix = try Matrix(rows: 2, columns: 2, elements: [2, 100, 1, 2])
        let eigen = try matrix.symmetricEigen()
        #expect(abs(eigen.values[0] - 3) <= 4 * Double.ulpOfOne)
        #expect(abs(eigen.values[1] - 1) <= 4 * Double.ulpOfOne)
    }

    @Test("Negative values come last")
    func negativeValuesComeLast() throws {
        #expect(try Matrix(diagonal: [-5, 3, 0, 4]).symmetricEigen().values == [4, 3, 0, -5])
    }

    @Test("Other shapes are refused")
    func otherShapesAreRefused() throws {
        #expect(throws: LinearAlgebraError.notSquare(matrix: "gram", random(2, 3).shape)) { try random(2, 3).symmetricEigen(name: "gram") }
    }
}
